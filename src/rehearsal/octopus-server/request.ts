import type { IncomingMessage } from 'node:http';
import { type ConflictAnswer, invalid } from './refusal.ts';
import type { SpaceState } from './state.ts';

/** A request to one space, as routes see it. */
export interface SpaceRequest {
  readonly space: SpaceState;
  /** The parts of the path that match the route's wildcards. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly pageSize: number;
  readonly settings: ServerSettings;
}

/** How a server behaves where servers differ. */
export interface ServerSettings {
  /** Whether saving a step template with an old `Version` is refused; the documented body has no version. */
  readonly locksTemplates: boolean;
  readonly conflict: ConflictAnswer;
  /** Whether a new project gets the connectivity policy that the request has. */
  readonly takesPolicyOfNewProject: boolean;
  /** Whether a new snapshot is published if the query asks for it. */
  readonly publishesSnapshots: boolean;
  /** Action name → outcome of an update of usages, in place of the real one. */
  readonly outcomes: Map<string, string>;
}

/** Reads a JSON body; an empty one is an empty object. */
export async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return {};
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    throw invalid('The request body is not valid JSON.');
  }
}

/** The text of a member of the body. @throws Refusal when it is missing */
export function requiredText(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || value === '') throw invalid(`The ${name} field is required.`);
  return value;
}
