/** Every code an OperatorError may carry, with the sentence the error reference prints for it. */
export const errorCatalogue = {
  'invalid-parameters': 'One or more step parameters are missing or invalid. Nothing was changed.',
  'invalid-template':
    'The CloudFormation template cannot be parsed or lacks a part that a canary needs. Nothing was changed.',
  'template-too-large':
    'The CloudFormation template is, or would become, larger than AWS accepts: 51,200 bytes, or 1,000,000 bytes with EcsCanary.TemplateBucket.',
  'template-not-stored':
    'The template could not be put into the bucket EcsCanary.TemplateBucket, or CloudFormation could not read it there.',
  'stack-missing': 'The step needs a deployed stack, but the region has none of that name.',
  'stack-busy': 'Another operation is changing the stack, so the version on green is not final.',
  'stack-stuck': 'The stack is in a status that only a person can resolve; the hint gives the command.',
  'stack-never-completed':
    'The stack was never created completely. Deploy Stack deletes it only if EcsCanary.DeleteFailedStack is set.',
  'stack-failed': 'The stack update or creation failed; the message gives the first failure, which is the cause.',
  'canary-not-found':
    'A part that the canary needs is missing from the stack or not unique; parameters can name the right one.',
  'not-external':
    'The ECS service does not use the EXTERNAL deployment controller, so it has no task sets to shift between.',
  'not-prepared':
    'The canary is not in the state that Prepare Blue leaves: blue stable, tag Blue, all traffic on blue.',
  'tag-unclear': "The service's StableStack tag is missing or is neither Blue nor Green.",
  'tag-disagrees':
    'The StableStack tag and the weights in force contradict each other, so a person must decide which version is stable.',
  'green-has-traffic': 'Deploy Stack refuses to replace green while green receives production traffic.',
  'disruptive-update':
    'The stack update was not started: it would replace or remove resources that serve traffic, or that serving tasks need.',
  'tasks-failing': 'Tasks of the new version keep failing; the message gives the reasons.',
  'not-enough-healthy': 'A colour has fewer healthy targets than its share of the traffic needs.',
  'blue-unhealthy': 'Blue has no healthy target, so sending traffic to it would be an outage.',
  'no-way-back':
    'Shift Traffic could not prove the way back, so green got no traffic: AWS refused the write that Rollback would make, or blue has no healthy target.',
  'foreign-target-group':
    'A production rule also sends traffic to a target group that is neither blue nor green, or a task set is not in the target group of its colour.',
  'rule-to-green': 'Another rule or default action also sends users to green, outside the approved weights.',
  'rule-to-blue':
    'Another rule or default action sends users only to blue, where they would stay regardless of the weights. EcsCanary.RulesOnBlue can allow that.',
  'stray-task-set': 'A task set that is neither blue nor green serves traffic from one of their target groups.',
  'priority-taken': 'Another listener rule already has the priority of the test rule.',
  'test-rule-unsafe':
    'A test rule would intercept requests meant for other rules, or cannot repeat the authentication or the conditions of the production rule.',
  'change-not-in-force': 'AWS accepted a change, but repeated reads did not show it.',
  'nothing-to-shift':
    'No deployment holds the lock, and blue and green run the same version: this is normal after a first deployment. No traffic was moved.',
  'green-worse': 'The figures show that green is worse than blue, and EcsCanary.WhenWorse is Fail.',
  'not-approved': 'The manual intervention that EcsCanary.ApprovalStep names was not approved in this deployment.',
  'promotion-not-approved': 'The note at the manual intervention before Promote does not clearly allow the promotion.',
  'rolled-back-by-operator': 'A person requested a rollback with /rollback in the note of a manual intervention.',
  'outside-hours':
    'A larger share was refused at a time that EcsCanary.AllowedHours or EcsCanary.Freezes rules out. Nothing was changed.',
  'green-changed': 'Green is not the task set that Deploy Stack deployed and checked in this deployment.',
  'canary-taken': 'Another deployment holds the lock on this canary; the message says which one, and since when.',
  'canary-lost':
    'The deployment that was approved no longer holds the lock: the canary was rolled back or promoted in the meantime.',
  'set-up-failed':
    'Set Up Canary Project could not do everything: Octopus refused a request or could not be reached, or something in the space is in the way. The message says what was done.',
  'timed-out': 'The goal was not reached within EcsCanary.TimeoutMinutes.',
  'aws-access-denied': "The step's credentials lack an IAM permission.",
  'aws-credentials': "The step's credentials are missing, wrong or expired.",
  'aws-throttled': "AWS kept throttling the step's calls.",
  'aws-untrusted':
    'The worker does not trust the certificate presented for AWS, for example behind an inspecting proxy.',
  'proxy-refused': "The worker's proxy does not allow connections to AWS, or its address is invalid.",
  'aws-unreachable': 'AWS could not be reached or returned a server error, or something else answered in its place.',
  'aws-refused': 'AWS rejected a call; the message repeats the reason.',
} as const;

export type ErrorCode = keyof typeof errorCatalogue;
