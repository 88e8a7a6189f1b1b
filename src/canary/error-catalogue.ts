/** Every code an OperatorError may carry, with the sentence the error reference prints for it. */
export const errorCatalogue = {
  'invalid-parameters': 'One or more step parameters are missing or unusable. Nothing was written.',
  'invalid-template':
    'The CloudFormation template cannot be read or lacks the shape that a canary needs. Nothing was written.',
  'template-too-large': 'The CloudFormation template is larger than the 51,200 bytes that AWS accepts inline.',
  'stack-missing': 'The step needs a deployed stack and there is none of that name in the region.',
  'stack-busy': 'Something else is changing the stack, so what green runs is not settled.',
  'stack-stuck': 'The stack is in a status that only a person can lead out of; the hint gives the command.',
  'stack-never-completed':
    'The stack was never created completely. Deploy Stack deletes it only when EcsCanary.DeleteFailedStack is set.',
  'stack-failed': 'The stack update or creation failed; the message gives the first failure, which is the cause.',
  'canary-not-found':
    'The stack lacks, or has several of, a part that the canary needs; parameters can point to the right one.',
  'not-external':
    'The ECS service does not use the EXTERNAL deployment controller, so it has no task sets to shift between.',
  'not-prepared':
    'The canary is not in the state that Prepare Blue leaves: blue stable, tag Blue, all traffic on blue.',
  'tag-unclear': "The service's StableStack tag is missing or is neither Blue nor Green.",
  'tag-disagrees':
    'The StableStack tag and the weights in force contradict each other, so nobody but a person can say what is stable.',
  'green-has-traffic': 'Deploy Stack refuses to replace green while green receives production traffic.',
  'disruptive-update':
    'The stack update would replace or remove something that serves users, or that serving tasks need. Nothing was written.',
  'tasks-failing': 'Tasks of the new version do not stay up; the message gives their reasons.',
  'not-enough-healthy': 'A colour has fewer healthy targets than its share of the traffic needs.',
  'blue-unhealthy': 'Blue has no healthy target, so sending traffic to it would be an outage.',
  'foreign-target-group': 'The listener rule also sends traffic to a target group that is neither blue nor green.',
  'rule-to-green': 'Another rule or default action sends users to green, past the weights that were approved.',
  'rule-to-blue':
    'Another rule or default action sends users to blue alone, so they would stay there however much is shifted. EcsCanary.RulesOnBlue can keep them.',
  'stray-task-set': 'A task set that is neither blue nor green serves from one of their target groups.',
  'priority-taken': 'Another listener rule has the priority that the test rule should get.',
  'test-rule-unsafe':
    'A test rule would take requests of other rules, or cannot repeat the authentication of the production rule.',
  'change-not-in-force': 'AWS accepted a change, but reading it back kept showing something else.',
  'not-approved': 'The manual intervention that EcsCanary.ApprovalStep names was not approved in this deployment.',
  'promotion-not-approved': 'The note at the manual intervention before Promote does not plainly allow the promotion.',
  'rolled-back-by-operator': 'A person asked for a rollback with /rollback in the note of a manual intervention.',
  'green-changed': 'Green is not the task set that Deploy Stack of this deployment deployed and checked.',
  'canary-taken': 'Another deployment works on this canary; the message says which, and since when.',
  'canary-lost':
    'An approval was given in a deployment that no longer has the canary: it was rolled back or promoted in the meantime.',
  'timed-out': 'The goal was not reached within EcsCanary.TimeoutMinutes.',
  'aws-access-denied': 'The credentials of the step lack an IAM permission.',
  'aws-credentials': 'The credentials of the step are missing, wrong or have ended.',
  'aws-throttled': 'AWS kept throttling the calls of the step.',
  'aws-untrusted': 'The worker does not trust the certificate that answers for AWS, as behind an inspecting proxy.',
  'proxy-refused': 'The proxy that the worker names lets nothing through to AWS, or its address is unusable.',
  'aws-unreachable':
    'AWS could not be reached, answered with a fault of its own, or something else answered in its place.',
  'aws-refused': 'AWS refused a call for a reason of its own, which the message repeats.',
} as const;

export type ErrorCode = keyof typeof errorCatalogue;
