import { type AttemptSettings, attemptRead } from './attempts.ts';
import { InstallError } from './install-error.ts';
import type { NamedResource } from './resources.ts';
import { createRestClient, type RestTarget, type Send } from './rest-client.ts';
import { readFailure } from './rest-failure.ts';
import { createSpaceClient, listAll, type SpaceClient } from './space-client.ts';
import { commandWording, type Wording } from './wording.ts';

/** Where to connect, and how to retry. */
export interface ConnectionRequest extends RestTarget {
  /** Name, slug or id; undefined for the only space that the key can see. */
  readonly space: string | undefined;
  readonly wording?: Wording;
  readonly pause?: AttemptSettings['pause'];
  readonly retrying?: AttemptSettings['retrying'];
}

/**
 * Connects to a space of an Octopus Server.
 * @throws InstallError when the URL, the key or the space is wrong
 */
export async function connect(given: ConnectionRequest): Promise<SpaceClient> {
  const wording = given.wording ?? commandWording;
  const url = portalAddress(given.url, wording);
  checkKey(given.apiKey, wording);
  const settings: AttemptSettings = {
    address: url,
    wording,
    pause: given.pause ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))),
    retrying: given.retrying ?? (() => undefined),
  };
  const send = createRestClient({ ...given, url });
  const version = await readVersion(settings, send);
  const user = await attemptRead(settings, 'checking the API key', () =>
    send<{ readonly Username: string }>('GET', '/api/users/me'),
  );
  const spaces = await listAll<NamedResource>(settings, send, '/api/spaces', 'listing the spaces');
  const space = chooseSpace(spaces, given.space, wording);
  return createSpaceClient({ send, settings, space, version, user: user.Username });
}

/** Who talks to which server, and what is unsafe about that. */
export function describeConnection({ address, version, user, spaceName }: SpaceClient): Greeting {
  const { protocol, hostname } = new URL(address);
  const isOpen = protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return {
    text: `Octopus ${version} at ${address}, space ${spaceName}, as ${user}`,
    warnings: isOpen
      ? ['This URL is not encrypted, so anyone on the network path can read the API key. Use https instead.']
      : [],
  };
}

/** What a log says about a connection. */
export interface Greeting {
  readonly text: string;
  readonly warnings: readonly string[];
}

async function readVersion(settings: AttemptSettings, send: Send): Promise<string> {
  const { address, wording } = settings;
  let why = '';
  try {
    const { Version } = await attemptRead(settings, 'connecting', () =>
      send<{ readonly Version?: unknown }>('GET', '/api'),
    );
    if (typeof Version === 'string') return Version;
  } catch (error) {
    const failure = error instanceof InstallError ? readFailure(error.cause) : undefined;
    if (failure?.kind !== 'answer' || (failure.status >= 400 && ![400, 404].includes(failure.status))) throw error;
    if (failure.message !== '') why = `: ${failure.message}`;
  }
  throw new InstallError(
    `The server at ${address} is not an Octopus Server${why}.`,
    `Check ${wording.names.url}: it must be the address of the Octopus web portal, with nothing after it.`,
  );
}

/** The address of the web portal; people copy it from the browser, where the portal is at /app. @throws InstallError */
export function portalAddress(given: string, { names }: Wording): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new InstallError(
      `"${given}" is not a web address.`,
      `Set ${names.url} to an address such as https://octopus.example.com.`,
    );
  }
  return `${url.origin}${url.pathname.replace(/\/(app|api)(\/.*)?$/, '')}`.replace(/\/$/, '');
}

// HTTP could not send it, or would cut it.
function checkKey(apiKey: string, { names }: Wording): void {
  if (/^[!-~]*$/.test(apiKey)) return;
  throw new InstallError('The API key contains a character that no key has.', `Set ${names.apiKey} to a valid key.`);
}

function chooseSpace(spaces: readonly NamedResource[], wanted: string | undefined, wording: Wording): NamedResource {
  const names = spaces.map(({ Name }) => Name).join(', ') || 'none';
  const key = wanted?.toLowerCase();
  const found =
    key === undefined
      ? spaces.length === 1
        ? spaces[0]
        : undefined
      : spaces.find(({ Id, Name, ['Slug']: slug }) =>
          [Name, Id, slug].some((text) => String(text).toLowerCase() === key),
        );
  if (found !== undefined) return found;
  const problem = wanted === undefined ? 'No space was given' : `There is no space "${wanted}"`;
  throw new InstallError(
    `${problem}; this API key can see: ${names}.`,
    `Set ${wording.names.space} to one of these names. To see another space, the owner of the API key must be in one of its teams.`,
  );
}
