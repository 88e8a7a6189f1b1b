/** One way by which users come to the service. */
export interface EntryPoint {
  /** As a person calls it, for example `HTTP:80 /api/*` or `HTTPS:443 (default)`. */
  readonly name: string;
  /** Local address of a request that comes through this door and no other. */
  readonly url: string;
  /** Host header; undefined for the URL's own. */
  readonly host: string | undefined;
  /** Whether tasks answer by the split, or those of blue alone, whatever is shifted; or the load balancer sends users elsewhere. */
  readonly kind: 'service' | 'kept' | 'redirect';
  /** Port → local URL, of every listener of the door's load balancer. */
  readonly ports: ReadonlyMap<number, string>;
}

/** Where a URL of the load balancer is to be found locally; undefined when no listener has its port. */
export function localAddress(
  ports: EntryPoint['ports'],
  { protocol, port, pathname, search }: URL,
): string | undefined {
  const local = ports.get(Number(port || (protocol === 'https:' ? 443 : 80)));
  return local && `${local}${pathname}${search}`;
}
