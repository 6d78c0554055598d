export default function Page() {
  return <p>POST /login, then GET /api/me.</p>;
}
