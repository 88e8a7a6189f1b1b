/** A place where users' requests come in. */
export interface EntryPoint {
  /** A readable name, for example `HTTP:80 /api/*` or `HTTPS:443 (default)`. */
  readonly name: string;
  /** Local address of a request that only this entry point matches. */
  readonly url: string;
  /** Host header; undefined for the URL's own. */
  readonly host: string | undefined;
  /** `service`: tasks answer according to the split; `kept`: always blue's tasks; `redirect`: the load balancer redirects users. */
  readonly kind: 'service' | 'kept' | 'redirect';
  /** Port → local URL, of every listener of the same load balancer. */
  readonly ports: ReadonlyMap<number, string>;
}

/** The local address of a load balancer URL; undefined when no listener has its port. */
export function localAddress(
  ports: EntryPoint['ports'],
  { protocol, port, pathname, search }: URL,
): string | undefined {
  const local = ports.get(Number(port || (protocol === 'https:' ? 443 : 80)));
  return local && `${local}${pathname}${search}`;
}
