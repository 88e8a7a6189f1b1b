import { Client, SpaceRepository } from '@octopusdeploy/api-client';
import { type AttemptSettings, attemptRead } from './attempts.ts';
import { InstallError } from './install-error.ts';
import type { NamedResource, Page } from './resources.ts';
import { createSpaceClient, type SpaceClient } from './space-client.ts';

/** Where to connect, and how to retry. */
export interface ConnectionRequest {
  /** Address of the web portal, for example `https://octopus.example.com`. */
  readonly url: string;
  readonly apiKey: string;
  /** Name, slug or id; undefined for the only space that the key can see. */
  readonly space: string | undefined;
  readonly pause?: AttemptSettings['pause'];
  readonly retrying?: AttemptSettings['retrying'];
}

/**
 * Connects to a space of an Octopus Server with the official client.
 * @throws InstallError when the URL, the key or the space is wrong
 */
export async function connect(given: ConnectionRequest): Promise<SpaceClient> {
  const request = { ...given, url: portalAddress(given.url) };
  const settings: AttemptSettings = {
    address: request.url,
    pause: request.pause ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))),
    retrying: request.retrying ?? (() => undefined),
  };
  const client = await createClient(request);
  const user = await attemptRead(settings, 'checking the API key', () =>
    client.get<NamedResource & { Username: string }>('~/api/users/me'),
  );
  const space = chooseSpace(await listSpaces(settings, client), request.space);
  const server = await client.getServerInformation();
  return createSpaceClient({ client, settings, space, version: server.version, user: user.Username });
}

async function createClient({ url, apiKey }: ConnectionRequest): Promise<Client> {
  const settings: AttemptSettings = { address: url, pause: async () => undefined, retrying: () => undefined };
  try {
    const client = await attemptRead(settings, 'connecting', () =>
      Client.create({ instanceURL: url, apiKey, userAgentApp: 'octopus-ecs-canary' }),
    );
    if (typeof (await client.getServerInformation()).version === 'string') return client;
  } catch (error) {
    if (error instanceof InstallError && !/answered 40[04]/.test(error.message)) throw error;
    if (!(error instanceof InstallError) && !/server information/.test(String(error))) throw error;
  }
  throw new InstallError(
    `The server at ${url} is not an Octopus Server.`,
    'Check --url (or OCTOPUS_URL): it must be the address of the Octopus web portal, with nothing after it.',
  );
}

/** The address of the web portal; people copy it from the browser, where the portal is at /app. @throws InstallError */
export function portalAddress(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new InstallError(
      `"${given}" is not a web address.`,
      'Set --url (or OCTOPUS_URL) to an address such as https://octopus.example.com.',
    );
  }
  return `${url.origin}${url.pathname.replace(/\/(app|api)(\/.*)?$/, '')}`.replace(/\/$/, '');
}

async function listSpaces(settings: AttemptSettings, client: Client): Promise<readonly NamedResource[]> {
  const repository = new SpaceRepository(client);
  const spaces: NamedResource[] = [];
  for (;;) {
    const page = (await attemptRead(settings, 'listing the spaces', () =>
      repository.list({ skip: spaces.length, take: 100 }),
    )) as unknown as Page<NamedResource>;
    spaces.push(...page.Items);
    if (page.Items.length === 0 || spaces.length >= page.TotalResults) return spaces;
  }
}

function chooseSpace(spaces: readonly NamedResource[], wanted: string | undefined): NamedResource {
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
    'Set --space (or OCTOPUS_SPACE) to one of these names. To see another space, the owner of the API key must be in one of its teams.',
  );
}
