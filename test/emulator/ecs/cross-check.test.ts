import { ECSClient, ECSServiceException } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmulator, type Emulator } from '../../../src/emulator/emulator.ts';
import { type MotoServer, requireProgram, startMotoServer } from '../../support/cross-check.ts';
import { type Conversation, conversation, differences, surplusFields } from './conversation.ts';

const present = requireProgram('moto_server');

/** The result of a step: an error's code and message, or the fields of the answer. */
type Outcome = { readonly error: string; readonly message: string } | { readonly fields: readonly string[] };

describe.runIf(present)('the same ECS conversation with moto_server', () => {
  let emulator: Emulator;
  let moto: MotoServer;
  let ours: Map<string, Outcome>;
  let theirs: Map<string, Outcome>;
  beforeAll(async () => {
    [emulator, moto] = await Promise.all([createEmulator({ timeScale: 100 }), startMotoServer()]);
    ours = await converse(emulator.url);
    theirs = await converse(moto.url);
  });
  afterAll(() => Promise.all([emulator?.close(), moto?.close()]));

  it.each(conversation.filter(([name]) => !differences[name]).map(([name]) => name))('%s: the same', (name) => {
    const [mine, other] = [ours.get(name), theirs.get(name)];
    if (mine && other && 'fields' in mine && 'fields' in other)
      expect(other.fields.filter((field) => !mine.fields.includes(field) && !isSurplus(field))).toEqual([]);
    else expect(mine).toEqual(other);
  });

  it.each(Object.entries(differences))('%s: a known difference', (name, { emulator: mine, moto: other, why }) => {
    expect(why).not.toBe('');
    expect(summarize(ours.get(name))).toBe(mine);
    expect(summarize(theirs.get(name))).toBe(other);
  });
});

async function converse(endpoint: string): Promise<Map<string, Outcome>> {
  const client = new ECSClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const outcomes = new Map<string, Outcome>();
  const remembered: Conversation = { taskSet: '' };
  for (const [name, step] of conversation) {
    try {
      const { $metadata, ...answer } = await step(client, remembered);
      outcomes.set(name, { fields: [...fieldsOf(answer)] });
    } catch (error) {
      if (!(error instanceof ECSServiceException)) throw error;
      outcomes.set(name, { error: error.name, message: error.message });
    }
  }
  client.destroy();
  return outcomes;
}

function summarize(outcome: Outcome | undefined): string {
  if (!outcome) return 'nothing';
  return 'error' in outcome ? outcome.error : 'answer';
}

/** Whether only moto returns a field, in a single answer or in a list of them. */
function isSurplus(field: string): boolean {
  return field.replace(/^(\w+)s\[\]\./, '$1.') in surplusFields;
}

/** The paths of all fields that have a value, without list positions. */
function fieldsOf(value: unknown, path = ''): Set<string> {
  if (value instanceof Date || typeof value !== 'object' || value === null) return new Set([path]);
  if (Array.isArray(value)) return new Set([path, ...value.flatMap((item) => [...fieldsOf(item, `${path}[]`)])]);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return new Set(entries.flatMap(([name, item]) => [...fieldsOf(item, path ? `${path}.${name}` : name)]));
}
