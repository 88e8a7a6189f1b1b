/**
 * What the approver reads at a manual intervention, as Markdown.
 * @param weight green's share after Proceed, in percent; 100 is the promotion
 * @param previous name of the step whose summary the approver decides on
 * @param testStep name of the step that made the test rule, if the process has one
 */
export function approvalInstructions(weight: number, previous: string, testStep: string | undefined): string {
  const paragraphs = [
    `### Release #{Octopus.Release.Number}: ${question(weight)}`,
    `#{Octopus.Action[${previous}].Output.Summary}`,
    `- **Proceed** ${proceed(weight)}`,
    '- **Abort** fails this deployment on purpose: the *Rollback* step then returns 100% of the requests to blue, the stable version, at once. Nothing is deleted.',
    notes(weight),
  ];
  // The summary of the step that made the test rule already says where to test.
  if (testStep !== undefined && testStep !== previous) {
    paragraphs.push(
      `Try the new version yourself, regardless of the split: #{Octopus.Action[${testStep}].Output.TestUrl}`,
    );
  }
  return paragraphs.join('\n\n').replaceAll('\n\n- **', '\n- **').replace('\n- **Proceed', '\n\n- **Proceed');
}

function notes(weight: number): string {
  const command =
    weight === 100
      ? '`/rollback reason` rolls back; any other command except `/weight 100` also fails this deployment and rolls back'
      : '`/weight 25` sends a different share (lower ones and `2.5` work too), `/hold` keeps the current split, `/rollback reason` rolls back';
  return `- **Notes** are remarks unless a line starts with a slash: ${command}. Type the command, then proceed.`;
}

function question(weight: number): string {
  return weight === 100 ? 'promote the new version to stable?' : `send ${weight}% of the requests to the new version?`;
}

function proceed(weight: number): string {
  if (weight === 100) return 'sends 100% of the requests to green and marks green as the stable version.';
  const rest = Number((100 - weight).toFixed(1));
  return `sends ${weight}% of the requests to green, the new version; ${rest}% stay on blue, the stable one.`;
}
