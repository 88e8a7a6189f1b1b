/** How Octopus shows the lines that follow a level switch. */
export type LogLevel = 'default' | 'verbose' | 'highlight' | 'wait' | 'warning' | 'error';

/** Sets an output variable of the step; a sensitive one is masked in the log from here on. */
export function setVariable(name: string, value: string, sensitive = false): string {
  return serviceMessage('setVariable', { name, value, ...(sensitive ? { sensitive: 'True' } : {}) });
}

/** Attaches a file to the task. The path must be absolute and the file must live until the step ends; length in bytes. */
export function createArtifact(path: string, name: string, length: number): string {
  return serviceMessage('createArtifact', { path, name, length: String(length) });
}

/** Moves the step's progress bar; percent is cut to a whole number from 0 to 100. */
export function progress(percent: number, message: string): string {
  const percentage = String(Math.min(100, Math.max(0, Math.floor(percent))));
  return serviceMessage('progress', { percentage, message });
}

/** The sentence Octopus shows for a failed step instead of its exit code. */
export function resultMessage(text: string): string {
  return serviceMessage('resultMessage', { message: text });
}

/** Makes Octopus replace a value with asterisks in every later log line. */
export function mask(value: string): string {
  return serviceMessage('mask', { value });
}

/** Switches the level of the standard output lines that follow, until the next switch. */
export function switchLevel(level: LogLevel): string {
  return serviceMessage(`stdout-${level}`, {});
}

function serviceMessage(name: string, attributes: Readonly<Record<string, string>>): string {
  const rendered = Object.entries(attributes).map(([key, value]) => ` ${key}='${encode(value)}'`);
  return `##octopus[${name}${rendered.join('')}]`;
}

function encode(value: string): string {
  return Buffer.from(value, 'utf8').toString('base64');
}
