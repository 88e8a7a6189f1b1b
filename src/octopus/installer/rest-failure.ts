import { InstallError } from './install-error.ts';
import { inSentence, type Wording } from './wording.ts';

/** An answer of the server that is not the one asked for. */
export class AnswerError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'AnswerError';
    this.status = status;
  }
}

/** A failed request: the answer's status and text, or the network's error code. */
export type RestFailure =
  | { readonly kind: 'answer'; readonly status: number; readonly message: string }
  | { readonly kind: 'network'; readonly code: string; readonly message: string };

/** Reads the error of a request; undefined if neither the server nor the network caused it. */
export function readFailure(error: unknown): RestFailure | undefined {
  if (error instanceof AnswerError) return { kind: 'answer', status: error.status, message: error.message };
  if (!(error instanceof Error)) return undefined;
  const { code = error.name === 'ProxyRefusal' ? error.name : undefined } = error as { code?: unknown };
  return typeof code === 'string' ? { kind: 'network', code, message: error.message } : undefined;
}

/** Whether the same request may succeed later. */
export function isTransient(failure: RestFailure): boolean {
  if (failure.kind === 'answer') return (failure.status >= 500 || failure.status === 429) && !isConflict(failure);
  return ['ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'EPROXY', 'ETIMEDOUT', 'EAI_AGAIN'].includes(
    failure.code,
  );
}

/** Where a request went, and in which words the operator gave that. */
export interface RequestContext {
  /** The server's URL. */
  readonly address: string;
  readonly wording: Wording;
}

/**
 * Explains a failed request to the operator.
 * @param doing the request in words, for example `saving the step template X`
 */
export function explainFailure(
  failure: RestFailure,
  doing: string,
  { address, wording }: RequestContext,
  cause: unknown,
): InstallError {
  const [message, hint] =
    failure.kind === 'network'
      ? explainNetwork(failure, doing, address, wording)
      : explainAnswer(failure, doing, wording);
  return new InstallError(message, hint, { cause });
}

type Answer = RestFailure & { readonly kind: 'answer' };
type Explanation = readonly [message: string, hint: string];

function explainNetwork(
  { code, message }: RestFailure & { kind: 'network' },
  doing: string,
  address: string,
  { names, again }: Wording,
): Explanation {
  if (code === 'ENOTFOUND') {
    return [
      `The host name in ${address} cannot be resolved.`,
      `Check ${names.url}: it must be the address of the Octopus web portal.`,
    ];
  }
  if (code === 'ECONNREFUSED') {
    return [
      `${address} refused the connection while ${doing}.`,
      `Check ${names.url}, and that this machine can reach the server.`,
    ];
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(code)) {
    return [
      `This machine does not trust the certificate of ${address} (${code}).`,
      'If you use your own certificate authority, set NODE_EXTRA_CA_CERTS=/path/to/ca.pem.',
    ];
  }
  if (code === 'ProxyRefusal') return [message, 'Check the proxy in HTTPS_PROXY, or add the host to NO_PROXY.'];
  return [
    `The connection to ${address} failed while ${doing} (${code}: ${message}).`,
    `${again}: it continues where this run stopped.`,
  ];
}

// The status and words of a conflict differ between resources; the words may also be in the answer's `Errors`.
function isConflict({ status, message }: Answer): boolean {
  if (/submitted data was out of date/i.test(message)) return true;
  return status === 409 || (status < 500 && /another user|(modified|changed) by|since (it was|you) /i.test(message));
}

function explainAnswer(failure: Answer, doing: string, wording: Wording): Explanation {
  const { names, again } = wording;
  const { status, message } = failure;
  const words = `Octopus answered ${status} while ${doing}: ${message}`;
  switch (isConflict(failure) ? 409 : status) {
    case 401:
      return [
        `Octopus does not accept the API key: ${message}`,
        `Set ${names.apiKey} to a valid key that has not expired. Create one in Octopus under your profile, My API keys.`,
      ];
    case 403:
      return [words, permissionHint(message)];
    case 404:
      return [words, 'It may have been deleted, or the owner of the API key is not allowed to see it.'];
    case 409:
      return [words, `Somebody else changed it. ${again} to see what is different now.`];
    default:
      if (status === 429 || status >= 500) {
        return [`${words} Several attempts failed.`, `${again} when the server has recovered.`];
      }
      return [words, `Correct the problem that Octopus reports, and ${inSentence(wording)}.`];
  }
}

function permissionHint(message: string): string {
  const permission = /missing permission:?\s*(\w+)/i.exec(message)?.[1];
  const which = permission === undefined ? 'the permission that Octopus names' : `the permission ${permission}`;
  return `The owner of the API key needs ${which} in this space: add it to one of their teams, or use another key.`;
}
