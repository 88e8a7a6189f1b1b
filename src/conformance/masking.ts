/** Removes what a report that is sent in must not tell: account ids, principals, keys, encoded messages, and the given secrets. */
export function mask(text: string, secrets: readonly string[] = []): string {
  const withoutSecrets = secrets
    .filter((secret) => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, '(secret)'), text);
  return withoutSecrets
    .replace(/\barn:[\w-]+:(?:iam|sts)::\d{12}:[\w+=,.@/-]+/g, '(principal)')
    .replace(/\bA(?:KIA|SIA|ROA|IDA)[A-Z0-9]{12,}\b/g, '(key)')
    .replace(/\b[\w+/-]{120,}={0,2}/g, '(encoded)')
    .replace(/(?<!\d)\d{12}(?!\d)/g, '(account)');
}
