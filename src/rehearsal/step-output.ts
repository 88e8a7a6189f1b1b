import { readLine } from './service-message-reader.ts';

/** The level of one line in the task log. */
export type LogLevel = 'info' | 'verbose' | 'highlight' | 'wait' | 'warning' | 'error';

export interface OutputVariable {
  readonly value: string;
  readonly sensitive: boolean;
}

export interface Artifact {
  readonly path: string;
  readonly name: string;
  /** In bytes, as announced. */
  readonly length: number;
}

/** What a running step has told Octopus so far. */
export interface StepOutput {
  readonly variables: Map<string, OutputVariable>;
  readonly artifacts: Artifact[];
  readonly progress: { readonly percentage: number; readonly message: string }[];
  /** The lines that were logged at the error level, on either stream. */
  readonly errors: string[];
  /** The same at the warning level. */
  readonly warnings: string[];
  resultMessage: string | undefined;
}

/** Reads a step's output line by line, as Octopus does: a level applies until it is switched. */
export interface OutputReader {
  readonly output: StepOutput;
  readonly readLine: (stream: 'stdout' | 'stderr', line: string) => void;
}

/** Receives a line that Octopus would show. @param isSummary whether it repeats the output variable Summary */
export type LogLine = (level: LogLevel, text: string, isSummary: boolean) => void;

/** Starts reading; `log` gets every line that Octopus would show, with sensitive values masked. */
export function createOutputReader(log: LogLine): OutputReader {
  const output: StepOutput = {
    variables: new Map(),
    artifacts: [],
    progress: [],
    errors: [],
    warnings: [],
    resultMessage: undefined,
  };
  const levels: Record<'stdout' | 'stderr', LogLevel | 'ignore'> = { stdout: 'info', stderr: 'error' };
  const masked = new Set<string>();
  const repeatsSummary = createSummaryReader(output);
  const show = (stream: 'stdout' | 'stderr', text: string): void => {
    const level = levels[stream];
    if (level === 'ignore') return;
    const shown = [...masked].reduce((line, secret) => line.replaceAll(secret, '********'), text);
    if (level === 'error') output.errors.push(shown);
    if (level === 'warning') output.warnings.push(shown);
    log(level, shown, level === 'info' && repeatsSummary(text));
  };
  return {
    output,
    readLine: (stream, line) => {
      for (const part of readLine(line)) {
        if (part.kind === 'text') show(stream, part.text);
        else if (!switchLevel(levels, part.name)) applyMessage(output, masked, part.name, part.attributes);
      }
    },
  };
}

/** Recognises the lines of the summary, which a step logs in one piece after it has set the variable. */
function createSummaryReader({ variables }: StepOutput): (line: string) => boolean {
  let at = 0;
  return (line) => {
    const lines = variables.get('Summary')?.value.split('\n') ?? [];
    if (lines[at] !== line) at = 0;
    if (lines[at] !== line) return false;
    at += 1;
    return true;
  };
}

const levelNames: Readonly<Record<string, LogLevel | 'ignore'>> = {
  'stdout-default': 'info',
  'stdout-verbose': 'verbose',
  'stdout-highlight': 'highlight',
  'stdout-wait': 'wait',
  'stdout-warning': 'warning',
  'stdout-error': 'error',
  'stdout-ignore': 'ignore',
  'stderr-default': 'error',
  'stderr-error': 'error',
  'stderr-ignore': 'ignore',
  'stderr-progress': 'verbose',
  'stderr-output': 'info',
};

function switchLevel(levels: Record<'stdout' | 'stderr', LogLevel | 'ignore'>, message: string): boolean {
  const level = levelNames[message];
  if (level === undefined) return false;
  levels[message.startsWith('stdout') ? 'stdout' : 'stderr'] = level;
  return true;
}

function applyMessage(
  output: StepOutput,
  masked: Set<string>,
  name: string,
  attributes: Readonly<Record<string, string>>,
): void {
  switch (name) {
    case 'setVariable': {
      const sensitive = attributes['sensitive']?.toLowerCase() === 'true';
      const value = attributes['value'] ?? '';
      output.variables.set(demand(name, attributes, 'name'), { value, sensitive });
      if (sensitive && value !== '') masked.add(value);
      return;
    }
    case 'createArtifact': {
      const path = demand(name, attributes, 'path');
      output.artifacts.push({
        path,
        name: demand(name, attributes, 'name'),
        length: Number(attributes['length'] ?? 0),
      });
      return;
    }
    case 'progress':
      output.progress.push({
        percentage: Number(demand(name, attributes, 'percentage')),
        message: attributes['message'] ?? '',
      });
      return;
    case 'resultMessage':
      output.resultMessage = attributes['message'] ?? '';
      return;
    case 'mask':
      masked.add(demand(name, attributes, 'value'));
      return;
    case 'set-environmentstate':
      return;
    default:
      throw new Error(`The step sent an unknown service message: ${name}`);
  }
}

function demand(message: string, attributes: Readonly<Record<string, string>>, name: string): string {
  const value = attributes[name];
  if (value === undefined || value === '') throw new Error(`The service message ${message} has no attribute ${name}.`);
  return value;
}
