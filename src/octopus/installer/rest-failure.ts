import { InstallError } from './install-error.ts';

/** A request that failed, as far as the client tells: the answer's status and text, or the network's error code. */
export type RestFailure =
  | { readonly kind: 'answer'; readonly status: number; readonly message: string }
  | { readonly kind: 'network'; readonly code: string; readonly message: string };

/** Reads what Octopus's client throws; undefined for errors that are not the server's or the network's. */
export function readFailure(error: unknown): RestFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { StatusCode: status, code } = error as { StatusCode?: unknown; code?: unknown };
  if (typeof status === 'number') return { kind: 'answer', status, message: error.message };
  if (typeof code === 'string') return { kind: 'network', code, message: error.message };
  return undefined;
}

/** Whether the same request may succeed later. */
export function isTransient(failure: RestFailure): boolean {
  if (failure.kind === 'answer') return failure.status >= 500 || failure.status === 429;
  return ['ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN'].includes(failure.code);
}

/**
 * Says what a failed request means to the operator.
 * @param doing the request in words, for example `saving the step template X`
 * @param address the server's URL
 */
export function explainFailure(failure: RestFailure, doing: string, address: string, cause: unknown): InstallError {
  const [message, hint] =
    failure.kind === 'network' ? explainNetwork(failure, doing, address) : explainAnswer(failure, doing);
  return new InstallError(message, hint, { cause });
}

type Explanation = readonly [message: string, hint: string];

function explainNetwork(
  { code, message }: RestFailure & { kind: 'network' },
  doing: string,
  address: string,
): Explanation {
  if (code === 'ENOTFOUND') {
    return [
      `There is no host of that name: ${address}`,
      'Check --url (or OCTOPUS_URL): it is the address of the Octopus web portal.',
    ];
  }
  if (code === 'ECONNREFUSED') {
    return [
      `Nothing answers at ${address}, while ${doing}.`,
      'Check --url (or OCTOPUS_URL), and that this machine can reach the server.',
    ];
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(code)) {
    return [
      `The certificate of ${address} is not trusted here (${code}).`,
      'Let Node.js know your own certificate authority: NODE_EXTRA_CA_CERTS=/path/to/ca.pem.',
    ];
  }
  return [
    `The connection to ${address} broke while ${doing} (${code}: ${message}).`,
    'Run the same command again: it goes on where this one stopped.',
  ];
}

function explainAnswer({ status, message }: RestFailure & { kind: 'answer' }, doing: string): Explanation {
  const words = `Octopus answered ${status} while ${doing}: ${message}`;
  // Which status a conflict has differs between resources.
  const conflict = /another user|(modified|changed) by|since (it was|you) /i.test(message);
  switch (conflict && status < 500 ? 409 : status) {
    case 401:
      return [
        `Octopus does not accept the API key: ${message}`,
        'Put a key that is valid and not expired into OCTOPUS_API_KEY; make one in Octopus under your profile, My API keys.',
      ];
    case 403:
      return [words, permissionHint(message)];
    case 404:
      return [words, 'It may have been deleted meanwhile, or the owner of the API key may not see it.'];
    case 409:
      return [words, 'Somebody else changed it. Run the same command again to see what is different now.'];
    default:
      if (status === 429 || status >= 500) {
        return [`${words} It was tried several times.`, 'Run the same command again when the server is well.'];
      }
      return [words, 'Correct what Octopus complains about, and run the same command again.'];
  }
}

function permissionHint(message: string): string {
  const permission = /missing permission:?\s*(\w+)/i.exec(message)?.[1];
  const which = permission === undefined ? 'the permission that Octopus names' : `the permission ${permission}`;
  return `The owner of the API key needs ${which} in this space: add it to one of their teams, or use another key.`;
}
