import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** Follows a tree of processes. */
export interface MemoryWatch {
  /** Ends the watch. @returns the most memory that one of the processes held, in bytes; undefined where there is no /proc */
  readonly stop: () => Promise<number | undefined>;
}

/**
 * Watches the processes below a shell, as Linux shows them.
 * @param pidFile where the shell writes its process id
 */
export function watchMemory(pidFile: string): MemoryWatch {
  let peak = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const pid = read(pidFile).trim();
      if (pid !== '') peak = Math.max(peak, highestOf(pid));
      await setTimeout(everyMs);
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await watching;
      return peak === 0 ? undefined : peak;
    },
  };
}

/** Each process reports its own peak, so that only what grows in the last moments of one is missed. */
const everyMs = 5;

function highestOf(pid: string): number {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean);
  return Math.max(ownPeak(pid), ...children.map(highestOf));
}

function ownPeak(pid: string): number {
  return 1024 * Number(/^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

/** Processes end while they are looked at. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
