import { createEmulator, type Emulator } from '../../emulator/emulator.ts';
import type { EmulatorOptions } from '../../emulator/options.ts';
import { closeClients, createClients, type Target } from './target.ts';

/** An emulated AWS that the checks can run against, with the emulator behind it. */
export interface EmulatedTarget extends Target {
  readonly emulator: Emulator;
}

/** Starts an emulated AWS in this process, in which a minute lasts about half a second. */
export async function createEmulatedTarget(options: Partial<EmulatorOptions> = {}): Promise<EmulatedTarget> {
  const emulator = await createEmulator({ timeScale: 100, pageSize: 20, ...options });
  const { region, timeScale } = emulator.options;
  const { clock } = emulator.world;
  const clients = createClients({ endpoint: emulator.url, region, credentials });
  return {
    name: 'the emulated AWS',
    region,
    emulator,
    ...clients,
    clock: {
      now: () => clock.now().getTime(),
      sleep: (seconds) => clock.sleep(seconds),
      patience: (seconds) => Math.max(seconds, 120 * timeScale),
    },
    nodesOf: async (listenerArn) => {
      const { hostname, port } = new URL(emulator.listeners()[listenerArn] ?? 'http://127.0.0.1:9');
      return [{ host: hostname, port: Number(port) }];
    },
    close: async () => {
      closeClients(clients);
      await emulator.close();
    },
  };
}

/** Keys that only the emulator accepts. */
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
