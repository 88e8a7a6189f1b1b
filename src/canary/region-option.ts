/** The option that makes an AWS CLI command work whichever region its user has configured. */
export function regionOf(arn: string): string {
  return `--region ${arn.split(':')[3] ?? 'REGION'}`;
}
