import { useSession } from 'pawl-client/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Account } from './account.tsx';
import { Login } from './login.tsx';
import { session } from './session.ts';

function App() {
  const { state, ready } = useSession(session);
  if (!ready) return <p>Loading ...</p>;
  if (state === 'signed-out') return <Login />;
  return (
    <>
      {state === 'unreachable' && <p role="status">The service is unreachable. You are still signed in.</p>}
      <Account />
    </>
  );
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
