/** The suffix of host names in a partition, as in `AWS::URLSuffix`. */
export function urlSuffix(partition: string): string {
  return suffixes[partition] ?? 'amazonaws.com';
}

const suffixes: Readonly<Record<string, string>> = {
  'aws-cn': 'amazonaws.com.cn',
  'aws-iso': 'c2s.ic.gov',
  'aws-iso-b': 'sc2s.sgov.gov',
};
