import type { LoginResult } from 'pawl-client';
import { useActionState } from 'react';
import { session } from './session.ts';

const textOf = (result: LoginResult): string => {
  switch (result.outcome) {
    case 'signed-in':
      return '';
    case 'wrong-credentials':
      return 'Wrong username or password.';
    case 'slow-down':
      return `Try again in ${result.retryAfterSeconds} seconds.`;
    case 'unavailable':
      return 'The service is unavailable. Try again.';
  }
};

export function Login() {
  const [text, logIn, pending] = useActionState(async (_text: string, form: FormData) => {
    const [username, password] = [String(form.get('username')), String(form.get('password'))];
    return textOf(await session.login({ username, password }));
  }, '');
  return (
    <form action={logIn}>
      <label>
        Username <input name="username" autoComplete="username" required />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button type="submit" disabled={pending}>
        Log in
      </button>
      <p role="status">{text}</p>
    </form>
  );
}
