import { type Rest, RestError } from './rest.ts';

/** What the checks need of the server, or everything that keeps them from running, each with what to do. */
export type Access =
  | { readonly version: string; readonly obstacles: readonly [] }
  | { readonly obstacles: readonly string[] };

/** Looks whether the server can be reached and the owner of the API key may create and delete spaces; changes nothing. */
export async function findAccess({ url, call }: Rest): Promise<Access> {
  try {
    const { Version: version } = await call<{ readonly Version?: string }>('GET', '');
    if (version === undefined) return stop(`The server at ${url} is not an Octopus Server.`, checkUrl);
    const user = await call<{ readonly Id: string; readonly Username: string }>('GET', 'users/me');
    const { SystemPermissions: granted } = await call<Permissions>('GET', `users/${user.Id}/permissions`);
    const lacking = needed.filter((permission) => !granted.includes(permission));
    if (lacking.length === 0) return { version, obstacles: [] };
    return {
      obstacles: lacking.map(
        (permission) =>
          `The owner of the API key, ${user.Username}, lacks the permission ${permission}.\n  Add it to a team of theirs, or use the key of an administrator. Or try a server of your own.`,
      ),
    };
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    return explain(error, url);
  }
}

interface Permissions {
  readonly SystemPermissions: readonly string[];
}

/** Whoever cannot delete the space would leave it behind; in it, its creator may do everything. */
const needed = ['SpaceCreate', 'SpaceDelete'];

const checkUrl =
  'Check --url (or OCTOPUS_URL): it must be the address of the Octopus web portal, with nothing after it.';

function explain({ status, message }: RestError, url: string): Access {
  if (status === undefined)
    return stop(`${url} cannot be reached: ${message}`, 'Check --url (or OCTOPUS_URL) and your network.');
  if (status === 401)
    return stop(
      `Octopus does not accept the API key: ${message}`,
      'Set OCTOPUS_API_KEY to a valid key. Create one in Octopus under your profile, My API keys.',
    );
  return stop(`${url} refused a request: ${message}`, checkUrl);
}

function stop(what: string, remedy: string): Access {
  return { obstacles: [`${what}\n  ${remedy}`] };
}
