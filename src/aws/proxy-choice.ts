/** The worker's environment variables; Octopus sets those of its proxy in upper and lower case. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Whether any variable names a proxy. */
export function namesProxy(environment: Environment): boolean {
  return Object.entries(environment).some(([name, value]) => value && /^(https?|all)_proxy$/i.test(name));
}

/**
 * The address of the proxy for a host, as the environment has it; empty if the host is reached directly.
 * Lower case wins, as in curl. NO_PROXY holds hosts, each with its subdomains and perhaps a port, or `*`.
 */
export function chooseProxy(secure: boolean, host: string, port: number, environment: Environment): string {
  const read = (name: string): string => environment[name.toLowerCase()] || environment[name] || '';
  if (isExempt(read('NO_PROXY').toLowerCase(), host.toLowerCase(), port)) return '';
  return (read(secure ? 'HTTPS_PROXY' : 'HTTP_PROXY') || read('ALL_PROXY')).trim();
}

function isExempt(exemptions: string, host: string, port: number): boolean {
  return exemptions.split(/[\s,]+/).some((entry) => {
    if (entry === '*') return true;
    const [, name = '', onlyPort] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry) ?? [];
    if (name === '' || (onlyPort !== undefined && Number(onlyPort) !== port)) return false;
    return host === name || host.endsWith(`.${name}`);
  });
}
