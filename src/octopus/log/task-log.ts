import { stripVTControlCharacters } from 'node:util';
import {
  createArtifact,
  type LogLevel,
  progress,
  resultMessage,
  setVariable,
  switchLevel,
} from './service-messages.ts';

/** What a step may write to Octopus. Texts may hold anything, including several lines; none can inject a service message. */
export interface TaskLog {
  readonly info: (text: string) => void;
  readonly verbose: (text: string) => void;
  /** Bold, and repeated in the task summary, where Octopus would show Markdown links. */
  readonly highlight: (text: string) => void;
  readonly wait: (text: string) => void;
  /** The same text only once. */
  readonly warning: (text: string) => void;
  readonly error: (text: string) => void;
  /** Moves the progress bar; percent from 0 to 100. */
  readonly progress: (percent: number, message: string) => void;
  /** Sets an output variable of the step. */
  readonly output: (name: string, value: string, sensitive?: boolean) => void;
  /** Attaches a file to the task; Octopus collects it when the script has ended. @param path absolute @param length in bytes */
  readonly artifact: (name: string, path: string, length: number) => void;
  /** The sentence Octopus shows for the failed step; the caller still has to exit with a code other than 0. */
  readonly fail: (message: string) => void;
}

/** A task log that writes Octopus's service messages, one line at a time and without line ends, to `write`. */
export function createTaskLog(write: (line: string) => void): TaskLog {
  const at = (level: LogLevel) => (text: string) => writeLines(write, level, text);
  const warned = new Set<string>();
  return {
    info: at('default'),
    verbose: at('verbose'),
    highlight: (text) => writeLines(write, 'highlight', text.replaceAll('](', '] (')),
    wait: at('wait'),
    warning: (text) => {
      if (!warned.has(text)) at('warning')(text);
      warned.add(text);
    },
    error: at('error'),
    progress: (percent, message) => write(progress(percent, cleanText(message))),
    // Octopus evaluates the value of a variable wherever it is used, with every variable at hand.
    output: (name, value, sensitive) => write(setVariable(name, value.replaceAll('#{', '# {'), sensitive)),
    artifact: (name, path, length) => write(createArtifact(path, cleanText(name), length)),
    fail: (message) => write(resultMessage(cleanText(message))),
  };
}

/** Text as the task log may show it: no terminal sequences, no control or reordering characters, no service messages. */
export function cleanText(text: string): string {
  const plain = stripVTControlCharacters(text.replaceAll(/\r\n?|[\u0085\u2028\u2029]/g, '\n'));
  // Calamari already starts to read a message at "##octopus", before any bracket.
  return plain.replaceAll(controlCharacters, '').replaceAll(/##(?=octopus)/gi, '# #');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: removing control characters is this pattern's purpose
const controlCharacters = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

function writeLines(write: (line: string) => void, level: LogLevel, text: string): void {
  const lines = cleanText(text).split('\n');
  if (level !== 'default') write(switchLevel(level));
  for (const line of lines) write(line);
  // Calamari never restores a level by itself, so every text restores the default level.
  if (level !== 'default') write(switchLevel('default'));
}
