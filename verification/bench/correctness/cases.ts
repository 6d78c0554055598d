import { granted, minute, type Scene } from './scene.ts';

/** The result for the owner and the thief. */
export interface Finding {
  /** A user who did nothing wrong has to log in again. */
  readonly honestOut: boolean;
  /** A party without a right to the session still gets tokens. */
  readonly thiefIn: boolean;
  readonly detail: string;
}

export interface Case {
  readonly name: string;
  readonly story: string;
  play(scene: Scene): Promise<Finding>;
}

const later = 11 * minute;

/** Tests whether the response to a retry is a success, and whether its token still refreshes eleven minutes later. */
async function goOn(
  scene: Scene,
  token: string,
): Promise<'continues' | 'refused immediately' | 'refused at the next refresh'> {
  const retry = await scene.refresh(token);
  if (!granted(retry)) return 'refused immediately';
  await scene.pass(later);
  return granted(await scene.refresh(retry.refreshToken ?? '')) ? 'continues' : 'refused at the next refresh';
}

const lostResponse: Case = {
  name: 'lost-response',
  story: 'The response to a refresh is lost. The client retries with the same token 2 s later and continues.',
  play: async (scene) => {
    const { refreshToken } = await scene.login();
    await scene.refresh(refreshToken);
    await scene.pass(2000);
    const fate = await goOn(scene, refreshToken);
    return { honestOut: fate !== 'continues', thiefIn: false, detail: `retry ${fate}` };
  },
};

const lateRetry: Case = {
  name: 'late-retry',
  story: 'The same, but the client retries ten minutes later, like a phone that was asleep.',
  play: async (scene) => {
    const { refreshToken } = await scene.login();
    await scene.refresh(refreshToken);
    await scene.pass(10 * minute);
    const fate = await goOn(scene, refreshToken);
    return { honestOut: fate !== 'continues', thiefIn: false, detail: `retry ${fate}` };
  },
};

const crash: Case = {
  name: 'crash',
  story: 'The process is killed after each of its writes in turn. The client retries 2 s later and continues.',
  play: async (scene) => {
    const writes = await scene.writes();
    const fates: string[] = [];
    for (let write = 1; write <= writes; write += 1) {
      const { refreshToken } = await scene.login();
      await scene.refreshAndCrashAfter(write, refreshToken);
      await scene.pass(2000);
      fates.push(await goOn(scene, refreshToken));
    }
    const detail = fates.map((fate, index) => `after write ${index + 1} of ${writes}: ${fate}`).join('; ');
    return { honestOut: fates.some((fate) => fate !== 'continues'), thiefIn: false, detail };
  },
};

/** Several callers use one token in parallel. Each response is then used twice more, 11 minutes apart. */
function atOnce(name: string, callers: number): Case {
  return {
    name,
    story: `${callers} callers refresh one token in parallel. Every returned token is tried 11 and 22 minutes later.`,
    play: async (scene) => {
      const { refreshToken } = await scene.login();
      const replies = await Promise.all(Array.from({ length: callers }, () => scene.refreshOnce(refreshToken)));
      const refused = replies.filter((reply) => !granted(reply)).length;
      let chains = new Set(replies.flatMap((reply) => reply.refreshToken ?? []));
      const distinct = chains.size;
      for (let round = 0; round < 2; round += 1) {
        await scene.pass(later);
        const next = new Set<string>();
        for (const token of chains)
          for (const text of [(await scene.refresh(token)).refreshToken]) if (text) next.add(text);
        chains = next;
      }
      const dead = distinct - chains.size;
      return {
        honestOut: refused > 0 || dead > 0,
        thiefIn: chains.size > 1,
        detail: `${callers - refused} granted, ${distinct} different tokens, ${chains.size} of them still alive later`,
      };
    },
  };
}

const replay: Case = {
  name: 'replay',
  story:
    'A thief refreshes with a copied token. The owner presents the same token 90 s later. The owner cannot stay signed in, and the thief must not.',
  play: async (scene) => {
    const { refreshToken } = await scene.login();
    const stolen = await scene.refresh(refreshToken);
    await scene.pass(1.5 * minute);
    const owner = await scene.refresh(refreshToken);
    await scene.pass(later);
    const thief = await scene.refresh(stolen.refreshToken ?? '');
    const told = granted(owner) ? 'the replay is granted' : 'the replay is refused';
    return {
      honestOut: false,
      thiefIn: granted(thief),
      detail: `${told}, the thief ${granted(thief) ? 'continues' : 'is out'}`,
    };
  },
};

const revokeAll: Case = {
  name: 'revoke-all',
  story: 'All sessions of a user are revoked while nothing else happens. A copied token is tried afterwards.',
  play: async (scene) => {
    const { subject, refreshToken } = await scene.login();
    await scene.revokeAll(subject);
    const thief = await scene.refresh(refreshToken);
    return { honestOut: false, thiefIn: granted(thief), detail: granted(thief) ? 'still refreshes' : 'refused' };
  },
};

const revokeAllDuring: Case = {
  name: 'revoke-all-during',
  story:
    'A thief’s refresh is delayed before each of its writes in turn while all sessions of the user are revoked. Then both of its tokens are tried.',
  play: async (scene) => {
    const writes = await scene.writes();
    const fates: boolean[] = [];
    for (let write = 1; write <= writes; write += 1) {
      const { subject, refreshToken } = await scene.login();
      const held = await scene.refreshHeldBefore(write, refreshToken, () => scene.revokeAll(subject));
      await scene.pass(1000);
      const tries = [await scene.refresh(held.refreshToken ?? 'none'), await scene.refresh(refreshToken)];
      fates.push(tries.some(granted));
    }
    const detail = fates.map(
      (alive, index) => `before write ${index + 1} of ${writes}: ${alive ? 'survives' : 'dead'}`,
    );
    return { honestOut: false, thiefIn: fates.includes(true), detail: detail.join('; ') };
  },
};

export const cases: readonly Case[] = [
  lostResponse,
  lateRetry,
  crash,
  atOnce('two-at-once', 2),
  atOnce('twenty-at-once', 20),
  replay,
  revokeAll,
  revokeAllDuring,
];
