import type { StandingCanary } from './standing-canary.ts';

/** The variables of a project whose script steps follow the blog post. */
export function articleVariables(canary: StandingCanary, image = ''): Readonly<Record<string, string>> {
  return {
    'Shop.Stack': canary.stackName,
    'Shop.Cluster': canary.cluster,
    'Shop.Service': canary.serviceArn,
    'Shop.Listener': canary.listenerArn,
    'Shop.Rule': canary.ruleArn,
    'Shop.BlueGroup': canary.groups.blue,
    'Shop.GreenGroup': canary.groups.green,
    'Shop.Image': image,
  };
}

const shift = (greenPercent: number): string => `rule=$(get_octopusvariable Shop.Rule)
blue=$(get_octopusvariable Shop.BlueGroup)
green=$(get_octopusvariable Shop.GreenGroup)
percent=${greenPercent}
aws elbv2 modify-rule --rule-arn "$rule" --actions "Type=forward,ForwardConfig={TargetGroups=[\
{TargetGroupArn=$blue,Weight=$((100 - percent))},{TargetGroupArn=$green,Weight=$percent}]}" || exit 1
`;

const tag = (colour: 'Blue' | 'Green'): string => `service=$(get_octopusvariable Shop.Service)
aws ecs tag-resource --resource-arn "$service" --tags "key=StableStack,value=${colour}" || exit 1
`;

const update = (afterwards: string): string => `stack=$(get_octopusvariable Shop.Stack)
image=$(get_octopusvariable Shop.Image)
said=$(aws cloudformation update-stack --stack-name "$stack" --use-previous-template --parameters \
"ParameterKey=Image,ParameterValue=$image" ParameterKey=DesiredCount,UsePreviousValue=true \
ParameterKey=GreenScalePercent,UsePreviousValue=true 2>&1) || case $said in
  *"No updates are to be performed"*) ;;
  *) echo "$said"; exit 1 ;;
esac
${afterwards}`;

/** What the blog post does by hand, as script steps in Octopus: its commands, with no check and nothing read back. */
export const articleScripts = {
  /** The three reads that find the stable version. */
  prepare: `stack=$(get_octopusvariable Shop.Stack)
cluster=$(get_octopusvariable Shop.Cluster)
service=$(get_octopusvariable Shop.Service)
colour=$(aws ecs list-tags-for-resource --resource-arn "$service" \
--query "tags[?key=='StableStack'].value" --output text) || exit 1
set=$(aws cloudformation describe-stacks --stack-name "$stack" \
--query "Stacks[0].Outputs[?OutputKey=='\${colour}TaskSet'].OutputValue" --output text) || exit 1
aws ecs describe-task-sets --cluster "$cluster" --service "$service" --task-sets "$set" || exit 1
`,
  update: update(''),
  /** The blog post does not wait; without waiting, the next command would give traffic to nothing. */
  updateAndWait: update(`until [ "$(aws cloudformation describe-stacks --stack-name "$stack" \
--query 'Stacks[0].StackStatus' --output text)" = UPDATE_COMPLETE ]; do sleep 1; done
`),
  addTestRule: `listener=$(get_octopusvariable Shop.Listener)
green=$(get_octopusvariable Shop.GreenGroup)
aws elbv2 create-rule --listener-arn "$listener" --priority 5 \
--conditions "Field=query-string,QueryStringConfig={Values=[{Key=test,Value=true}]}" \
--actions "Type=forward,TargetGroupArn=$green" || exit 1
`,
  shift,
  promote: shift(100) + tag('Green'),
  rollback: shift(0) + tag('Blue'),
} as const;
