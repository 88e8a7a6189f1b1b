interface Remedy {
  /** What AWS says, without the operation or resource that failed. */
  readonly says: RegExp;
  /** Parameters that can fix it, without their prefix; those that the step lacks are left out. */
  readonly names?: readonly string[];
  /** What to do, with groups of the pattern as `$1`; absent if naming the parameters is enough. */
  readonly advice?: string;
}

/** Only what AWS's words do not reveal: AWS calls most things by the names of our parameters, or quotes their values. */
const remedies: readonly Remedy[] = [
  { says: /Parameters?(: \[| validation| '| values)|parameter store/, names: ['TemplateParameters'] },
  {
    says: /Requires capabilities ?: ?\[([\w, ]+)\]/,
    names: ['Capabilities'],
    advice: 'Set EcsCanary.Capabilities to $1.',
  },
  {
    says: /role .*cannot be assumed|not a valid RoleARN|cross-account pass role/i,
    names: ['StackRoleArn'],
    advice: 'Set EcsCanary.StackRoleArn to a role of this account that trusts cloudformation.amazonaws.com.',
  },
  {
    says: /Stack \[(.+?)\] cannot be deleted while TerminationProtection is enabled/,
    names: ['DeleteFailedStack'],
    advice:
      'Before EcsCanary.DeleteFailedStack can delete it, run: aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name $1 --region REGION .',
  },
  { says: /stack policy/, advice: 'Allow this change in the stack policy.' },
  {
    says: /_IN_PROGRESS|Stack .+ (already exists|does not exist)/,
    advice: 'Wait until nobody else is changing the stack.',
  },
  {
    says: /service linked role/,
    advice: 'Run: aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com .',
  },
  {
    says: /limit.* exceeded|TooMany|maximum number|quota|reached the (limit|maximum)/i,
    advice: 'Raise the quota, or delete resources that are no longer used.',
  },
  { says: /LogGroup.*already exists/, names: ['CreateLogGroup'], advice: 'Set EcsCanary.CreateLogGroup to No.' },
  { says: /priorit/i, names: ['RulePriority', 'TestRulePriority'] },
  { says: /\blistener\b.* already exists/i, names: ['ListenerPort', 'HttpRedirect'] },
  { says: /Role is not valid/, names: ['ExecutionRoleArn', 'TaskRoleArn'] },
  { says: /not idempotent|::Service'.* already exists/, names: ['ServiceName'] },
];

/**
 * What to do about AWS's message, in terms of the step's own parameters.
 * @param values the text of each parameter that the step reads, by its full name
 * @returns undefined if there is no better advice than AWS's own words
 */
export function adviseOn(message: string, values: Values, region: string): string | undefined {
  const said = message.replace(/^.*?failed: /is, '');
  const isOwn = (name: string): boolean => Object.hasOwn(values, name);
  const suspects = Object.keys(values).filter((name) => isNamed(said, name) || isQuoted(said, values, name));
  const ways: string[] = [];
  for (const { says, names, advice } of remedies) {
    const match = says.exec(said);
    const known = names?.map((name) => prefix + name).filter(isOwn);
    if (!match || known?.length === 0) continue;
    if (advice === undefined) suspects.push(...(known ?? []));
    else ways.push(match[0].replace(says, advice.replace('REGION', region)));
  }
  if (ways.length + suspects.length === 0) suspects.push(...ownTemplate.filter(isOwn));
  const checks = [...new Set(suspects)].filter((name) => !ways.some((way) => way.includes(name))).join(', ');
  return [...ways, ...(checks === '' ? [] : [`Check ${checks}.`])].join(' ') || undefined;
}

type Values = Readonly<Record<string, string>>;

const prefix = 'EcsCanary.';
const ownTemplate = ['EcsCanary.Template', 'EcsCanary.TemplateParameters'];

/** Whether AWS uses the words of a parameter's name, such as "security group" for EcsCanary.SecurityGroups; words inside ARNs do not count. */
function isNamed(said: string, name: string): boolean {
  const words = name
    .slice(prefix.length)
    .replace(/(Arn|Id|s)$/, '')
    .replace(/\B[A-Z]/g, ' ?$&');
  return words !== 'Part' && new RegExp(`\\b${words}s?\\b`, 'i').test(said.replace(/\barn:\S+/g, ''));
}

/** Whether AWS quotes an id, an ARN or a name that was typed; a plain word may just be part of its sentence. */
function isQuoted(said: string, values: Values, name: string): boolean {
  const quoted = wordsOf(said);
  const typed = wordsOf(values[name] ?? '').filter((word) => word.length > 5 && /[-_:/\d]/.test(word));
  return (
    name !== 'EcsCanary.Template' &&
    typed.some((word) => word !== values['EcsCanary.StackName'] && quoted.includes(word))
  );
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[\s'"`[\](),;=]+/).map((word) => word.replace(/[.:]+$/, ''));
}
