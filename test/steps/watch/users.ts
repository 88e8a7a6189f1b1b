import type { CanaryConsole } from '../../support/canary-console.ts';

/** People who ask one after the other until they are told to leave. */
export interface Users {
  /** How many answers each version gave, and how many of them were errors. */
  readonly answers: Record<string, { requests: number; errors: number }>;
  readonly leave: () => Promise<void>;
}

/** Three people who use the canary at once. */
export function sendUsers(awsConsole: CanaryConsole): Users {
  const answers: Users['answers'] = {};
  let isOver = false;
  const ask = async () => {
    while (!isOver) {
      const { status, version = 'none' } = await awsConsole.ask();
      const { requests, errors } = answers[version] ?? { requests: 0, errors: 0 };
      answers[version] = { requests: requests + 1, errors: errors + (status >= 500 ? 1 : 0) };
    }
  };
  const all = [ask(), ask(), ask()];
  return {
    answers,
    leave: async () => {
      isOver = true;
      await Promise.all(all);
    },
  };
}
