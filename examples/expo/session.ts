import * as SecureStore from 'expo-secure-store';
import { createSession, type SessionStorage } from 'pawl-client/body';

const key = 'pawl-refresh-token';

/** The keychain of the phone: on this device only, and readable after the first unlock. */
const options = { keychainAccessible: SecureStore.AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY };

const storage: SessionStorage = {
  get: () => SecureStore.getItemAsync(key, options),
  set: (token) => SecureStore.setItemAsync(key, token, options),
  remove: () => SecureStore.deleteItemAsync(key, options),
};

export const session = createSession({
  baseUrl: 'https://auth.example.com',
  storage,
});
