import { useSession } from 'pawl-client/react';
import { useEffect, useState } from 'react';
import { AppState, Button, Text, TextInput, View } from 'react-native';
import { session } from './session';

/** Refreshes when the app returns to the foreground, if the access token is about to expire. */
function useForeground(): void {
  useEffect(() => {
    const listener = AppState.addEventListener('change', (state) => {
      if (state === 'active') session.accessToken().catch(() => {});
    });
    return () => listener.remove();
  }, []);
}

function Login() {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [text, setText] = useState('');
  const logIn = async () => {
    const { outcome } = await session.login({ username, password, deviceName: 'Phone' });
    setText(outcome);
  };
  return (
    <View>
      <TextInput value={username} onChangeText={setUsername} autoCapitalize="none" accessibilityLabel="Username" />
      <TextInput value={password} onChangeText={setPassword} secureTextEntry accessibilityLabel="Password" />
      <Button title="Log in" onPress={() => logIn().catch((error) => setText(String(error)))} />
      <Text>{text}</Text>
    </View>
  );
}

export default function App() {
  useForeground();
  const { state, ready } = useSession(session);
  if (!ready) return <Text>Loading ...</Text>;
  if (state === 'signed-out') return <Login />;
  return (
    <View>
      {state === 'unreachable' && <Text>Offline. You are still signed in.</Text>}
      <Button title="Log out" onPress={() => session.logout().catch(() => {})} />
    </View>
  );
}
