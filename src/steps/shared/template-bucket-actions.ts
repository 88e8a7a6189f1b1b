/** What a step needs that may put a template into a bucket; CloudFormation reads it with the credentials of the step. */
export const templateBucketActions = ['s3:PutObject', 's3:GetObject', 's3:GetObjectVersion'] as const;
