import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slimmerBase } from '../../src/rules/slimmer-base.ts'

const BOOKWORM = Buffer.from('ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n')
const ALPINE = Buffer.from('ID=alpine\nVERSION_ID=3.20.3\n')

test('a sibling has the same family, version, release and libc', () => {
  const cases: readonly [name: string, slimmer: string | null][] = [
    ['python:3.12', 'python:3.12-slim'],
    ['python', 'python:slim'],
    ['python:3.12-bookworm', 'python:3.12-slim-bookworm'],
    ['docker.io/library/python:3.12@sha256:0a1b', 'docker.io/library/python:3.12-slim'],
    ['node:24', 'node:24-slim'],
    ['node:lts', 'node:lts-slim'],
    ['node:24-bookworm', 'node:24-bookworm-slim'],
    ['ruby:3.4', 'ruby:3.4-slim'],
    ['golang:1.26', 'debian:bookworm-slim'],
    ['golang:1.26-trixie', 'debian:trixie-slim'],
    ['rust:1', 'debian:bookworm-slim'],
    ['rust:1-slim-bookworm', 'debian:bookworm-slim'],
    ['rust:1-slim', 'debian:bookworm-slim'],
    ['haskell:9-slim-buster', 'debian:buster-slim'],
    ['buildpack-deps:bookworm', 'debian:bookworm-slim'],
    ['debian:12', 'debian:bookworm-slim'],
    ['eclipse-temurin:21-jdk', 'eclipse-temurin:21-jre'],
    ['eclipse-temurin:21', 'eclipse-temurin:21-jre'],
    ['eclipse-temurin:21-jdk-jammy', 'eclipse-temurin:21-jre-jammy'],
    ['openjdk:17', 'eclipse-temurin:17-jre'],
    ['maven:3-eclipse-temurin-25', 'eclipse-temurin:25-jre'],
    ['gradle:8.10-jdk21', 'eclipse-temurin:21-jre'],
    ['mcr.microsoft.com/dotnet/sdk:8.0', 'mcr.microsoft.com/dotnet/aspnet:8.0'],
    ['mcr.microsoft.com/dotnet/sdk:8.0.404', 'mcr.microsoft.com/dotnet/aspnet:8.0'],
    ['mcr.microsoft.com/dotnet/sdk:8.0.4xx', 'mcr.microsoft.com/dotnet/aspnet:8.0'],
    ['mcr.microsoft.com/dotnet/sdk:8.0.404-alpine3.20', 'mcr.microsoft.com/dotnet/aspnet:8.0-alpine3.20'],
    ['mcr.microsoft.com/dotnet/sdk:9.0-alpine-aot', 'mcr.microsoft.com/dotnet/aspnet:9.0-alpine'],
    ['nvidia/cuda:12.6.2-devel-ubuntu24.04', 'nvidia/cuda:12.6.2-runtime-ubuntu24.04'],
  ]
  for (const [name, slimmer] of cases) assert.equal(slimmerBase(name, BOOKWORM)?.name ?? null, slimmer, name)
})

test('Alpine stays Alpine', () => {
  const cases: readonly [name: string, slimmer: string | null][] = [
    ['golang:1.26-alpine', 'alpine:3.20'],
    ['golang:1.26-alpine3.21', 'alpine:3.21'],
    ['rust:1-alpine', 'alpine:3.20'],
    ['eclipse-temurin:21-jdk-alpine', 'eclipse-temurin:21-jre-alpine'],
    ['maven:3-eclipse-temurin-21-alpine', 'eclipse-temurin:21-jre-alpine'],
    ['python:3.12-alpine', null],
    ['node:alpine', null],
  ]
  for (const [name, slimmer] of cases) assert.equal(slimmerBase(name, ALPINE)?.name ?? null, slimmer, name)
})

test('where family, variant or release is not certain, nothing is suggested', () => {
  for (const name of [
    'python:3.12-slim',
    'php:8.4-cli',
    'ubuntu:24.04',
    'alpine:3.20',
    'scratch',
    'gcr.io/distroless/base-debian12',
    'example.com/python:3.12',
    'team/node:24',
    'golang:1.26',
    'python:3.12-windowsservercore',
    'python:weird-tag',
    'eclipse-temurin:21-jre',
    'mcr.microsoft.com/dotnet/aspnet:8.0',
    'gcc:14',
    '',
    ':',
    `${'a'.repeat(10_000)}:${'b-'.repeat(10_000)}`,
  ])
    assert.equal(slimmerBase(name), null, name.slice(0, 60))
})

test('every suggestion says why', () => {
  assert.deepEqual(slimmerBase('python:3.12'), {
    name: 'python:3.12-slim',
    why: 'the same Python without compilers and headers',
  })
})
