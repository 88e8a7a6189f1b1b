/** The suffix of host names in a part of AWS, as `AWS::URLSuffix` gives it. */
export function urlSuffix(partition: string): string {
  return suffixes[partition] ?? 'amazonaws.com';
}

const suffixes: Readonly<Record<string, string>> = {
  'aws-cn': 'amazonaws.com.cn',
  'aws-iso': 'c2s.ic.gov',
  'aws-iso-b': 'sc2s.sgov.gov',
};
