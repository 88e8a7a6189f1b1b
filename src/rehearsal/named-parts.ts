/**
 * What the lines of EcsCanary.Parts say of a part; read without the steps' own code, so that a mistake of theirs is found.
 * @param parameters those of the step that deploys
 */
export function namedParts(parameters: Readonly<Record<string, string>>, key: string): readonly string[] {
  const lines = (parameters['EcsCanary.Parts'] ?? '').split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line.toLowerCase().startsWith(`${key}=`.toLowerCase()))
    .map((line) => line.slice(key.length + 1).trim());
}
