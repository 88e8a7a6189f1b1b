/** A server that answers at a private address of the emulated VPC. */
export interface Endpoint {
  /** Real TCP port on 127.0.0.1. */
  readonly localPort: number;
  readonly taskArn: string;
  readonly taskDefinitionArn: string;
  readonly taskSetId: string;
}

/** Private `ip:port` addresses of the emulated VPC, and the real local ports behind them. */
export interface Network {
  /** A private IPv4 address that no other task has had. */
  allocateIp(): string;
  bind(ip: string, port: number, endpoint: Endpoint): void;
  unbind(ip: string, port: number): void;
  lookup(ip: string, port: number): Endpoint | undefined;
}

export function createNetwork(): Network {
  const endpoints = new Map<string, Endpoint>();
  let allocated = 0;
  return {
    allocateIp: () => {
      allocated += 1;
      return `10.0.${Math.floor(allocated / 250)}.${(allocated % 250) + 4}`;
    },
    bind: (ip, port, endpoint) => void endpoints.set(`${ip}:${port}`, endpoint),
    unbind: (ip, port) => void endpoints.delete(`${ip}:${port}`),
    lookup: (ip, port) => endpoints.get(`${ip}:${port}`),
  };
}
