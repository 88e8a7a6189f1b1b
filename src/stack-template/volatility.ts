/** Whether CloudFormation evaluates values, macros or includes again at every update; a new result would replace the green that serves. */
export function isVolatile(templateText: string): boolean {
  return /AWS::SSM::Parameter::Value|\{\{resolve:|\bTransform\b/.test(templateText);
}
