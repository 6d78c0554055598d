import { useState } from 'react';
import { session } from './session.ts';

export function Account() {
  const [text, setText] = useState('');
  const run = (work: () => Promise<string>) => () => {
    work().then(setText, (error: unknown) => setText(String(error)));
  };
  const whoAmI = run(async () => JSON.stringify(await (await session.fetch('/me')).json()));
  const logOut = run(async () => {
    await session.logout();
    return '';
  });
  return (
    <>
      <button type="button" onClick={whoAmI}>
        Who am I?
      </button>
      <button type="button" onClick={logOut}>
        Log out
      </button>
      <pre role="status">{text}</pre>
    </>
  );
}
