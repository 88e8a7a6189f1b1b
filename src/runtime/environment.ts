import { quote, unresolvedIn } from '../parameters/parsers.ts';

/** The region that Octopus passes, blank when there is none. */
export function regionName(): string {
  return process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION'] || '';
}

/** The credentials that Octopus passes; those of an emulated AWS are short and not secret. */
export function credentials(): string[] {
  return ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']
    .map((name) => process.env[name] ?? '')
    .filter((value) => value.length >= 16);
}

/** Problems of the environment variables that the SDK reads, each with the name that the operator knows. */
export function environmentProblems(): string[] {
  return [
    ...(/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(regionName()) ? [] : [regionProblem(regionName())]),
    ...endpointVariables
      .filter((name) => process.env[name] && !isWebAddress(process.env[name]))
      .map((name) => `${name} (environment variable of the worker): it is not an http or https URL.`),
  ];
}

const endpointVariables = ['', '_CLOUDFORMATION', '_ECS', '_ELASTIC_LOAD_BALANCING_V2'].map(
  (service) => `AWS_ENDPOINT_URL${service}`,
);

function regionProblem(region: string): string {
  const problem = region === '' ? 'a value is required' : `${quote(region)} is not an AWS region`;
  return `EcsCanary.AWS.Region (AWS region): ${unresolvedIn(region) ?? `${problem}, for example eu-west-1.`}`;
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:/i.test(text);
}
