/** Bytes of UTF-8 that CloudFormation accepts inline. */
export const maxTemplateBytes = 51_200;

/** What is wrong with a template's size, or undefined when CloudFormation takes it inline. */
export function templateSizeProblem(text: string): string | undefined {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= maxTemplateBytes) return undefined;
  const format = (count: number): string => count.toLocaleString('en-US');
  return `The template has ${format(bytes)} bytes: CloudFormation accepts at most ${format(maxTemplateBytes)} inline.`;
}
