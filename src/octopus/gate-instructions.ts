/**
 * What the approver reads at a manual intervention, as Markdown.
 * @param weight green's share after Proceed, in percent; 100 is the promotion
 * @param previous name of the step whose summary the approver decides on
 * @param testStep name of the step that made the test rule, if the process has one
 */
export function gateInstructions(weight: number, previous: string, testStep: string | undefined): string {
  const paragraphs = [
    `### Release #{Octopus.Release.Number}: ${question(weight)}`,
    `#{Octopus.Action[${previous}].Output.Summary}`,
    `- **Proceed** ${proceed(weight)}`,
    '- **Abort** fails this deployment on purpose: the step *Rollback* then puts 100% of the requests back on blue, the stable version, at once. Nothing is deleted.',
  ];
  // The summary of the step that made the test rule already says where to test.
  if (testStep !== undefined && testStep !== previous) {
    paragraphs.push(`Try the new version yourself, whatever the split: #{Octopus.Action[${testStep}].Output.TestUrl}`);
  }
  return paragraphs.join('\n\n').replace('\n\n- **Abort**', '\n- **Abort**');
}

function question(weight: number): string {
  return weight === 100
    ? 'make the new version the stable one?'
    : `send ${weight}% of the requests to the new version?`;
}

function proceed(weight: number): string {
  if (weight === 100) return 'sends 100% of the requests to green and marks green as the stable version.';
  const rest = Number((100 - weight).toFixed(1));
  return `sends ${weight}% of the requests to green, the new version; ${rest}% stay on blue, the stable one.`;
}
