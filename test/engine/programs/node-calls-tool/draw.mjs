import { execa } from 'execa'

const { stdout } = await execa({ input: 'digraph { keel -> hull -> mast }' })`dot -Tplain`
console.log(stdout.split('\n').filter(line => line.startsWith('edge')).length, 'edges')
