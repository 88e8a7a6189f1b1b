import type { Action, RedirectActionConfig } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ActionPlace } from './action-place.ts';
import { invalidAction, validationError } from './errors.ts';
import type { RequestFacts } from './matching.ts';
import type { ListenerState } from './state.ts';

type Component = 'Protocol' | 'Port' | 'Host' | 'Path' | 'Query';
type Redirect = Readonly<Record<Component, string>>;

const unchanged: Redirect = {
  Protocol: '#{protocol}',
  Port: '#{port}',
  Host: '#{host}',
  Path: '/#{path}',
  Query: '#{query}',
};
const keywords = /#\{\w+\}/g;

/** A redirect as AWS stores it, with unchanged components filled in; throws AWS's errors. */
export function acceptRedirect(place: ActionPlace, action: Action): Action {
  const config = action.RedirectConfig;
  if (config?.StatusCode !== 'HTTP_301' && config?.StatusCode !== 'HTTP_302') {
    throw validationError(`'${config?.StatusCode ?? ''}' is not a valid redirect status code`);
  }
  const redirect = spellOut(config);
  checkComponents(redirect);
  checkDirection(place, redirect);
  return { ...action, RedirectConfig: { ...redirect, StatusCode: config.StatusCode } };
}

/** The URL to which a redirect sends a request, with its keywords filled in. */
export function locationOf(listener: ListenerState, action: Action, facts: RequestFacts): string {
  const { Protocol, Host, Port, Path, Query } = spellOut(action.RedirectConfig ?? {});
  const values = new Map([
    ['#{protocol}', listener.protocol.toLowerCase()],
    ['#{host}', facts.host],
    ['#{port}', String(listener.port)],
    ['#{path}', facts.path.slice(1)],
    ['#{query}', facts.rawQuery],
  ]);
  const fill = (template: string): string => template.replace(keywords, (keyword) => values.get(keyword) ?? keyword);
  const query = fill(Query);
  return `${fill(Protocol).toLowerCase()}://${fill(Host)}:${fill(Port)}${fill(Path)}${query ? `?${query}` : ''}`;
}

function spellOut(config: Partial<RedirectActionConfig>): Redirect {
  const { Protocol, Port, Host, Path, Query } = unchanged;
  return {
    Protocol: config.Protocol ?? Protocol,
    Port: config.Port ?? Port,
    Host: config.Host ?? Host,
    Path: config.Path ?? Path,
    Query: config.Query ?? Query,
  };
}

function checkComponents({ Protocol, Port, Path }: Redirect): void {
  if (!/^(HTTPS?|#\{protocol\})$/.test(Protocol)) throw invalidAction(`'${Protocol}' is not a valid redirect protocol`);
  if (Port !== unchanged.Port && !(/^\d+$/.test(Port) && Number(Port) >= 1 && Number(Port) <= 65535)) {
    throw invalidAction(`'${Port}' is not a valid redirect port`);
  }
  const used = Path.match(keywords) ?? [];
  const isFilled = used.every((keyword) => ['#{path}', '#{host}', '#{port}'].includes(keyword));
  if (!Path.startsWith('/') || !isFilled || new Set(used).size < used.length) {
    throw invalidAction(
      "The Path parameter must be a valid path, should start with a '/', and may contain up to one of each of these placeholders: '#{path}', '#{host}', '#{port}'.",
    );
  }
}

function checkDirection(place: ActionPlace, { Protocol, Port, Host, Path }: Redirect): void {
  if (place.protocol === 'HTTPS' && Protocol === 'HTTP') throw invalidAction('HTTPS cannot be redirected to HTTP');
  const stays =
    [unchanged.Protocol, place.protocol].includes(Protocol) &&
    [unchanged.Port, String(place.port)].includes(Port) &&
    Host === unchanged.Host &&
    Path === unchanged.Path;
  if (stays) throw invalidAction('The redirect configuration is not valid because it creates a loop.');
}
