/** The service as a Lambda function behind an HTTP API. */
import { handle } from 'hono/aws-lambda';
import { createApp } from './app.ts';

export const handler = handle(createApp({ issuer: process.env.ISSUER ?? '', audience: process.env.AUDIENCE ?? '' }));
