// Observes a resource and prints what it is told, one line each: node observe.js PORT PATH COUNT
import coap from 'coap';

const [port, path, count] = process.argv.slice(2);
const agent = new coap.Agent({ type: 'udp4' });
const ECHO = '252';
let seen = 0;

// Who is asked for an Echo (RFC 9175) asks again with it, from the same port.
function observe(echo) {
  const request = agent.request({ host: '127.0.0.1', port, pathname: '/' + path, observe: true });
  if (echo) request.setOption(ECHO, echo);
  request.on('response', (answer) => {
    const asked = answer.options.find((option) => String(option.name) === ECHO);
    if (answer.code === '4.01' && asked && !echo) return observe(asked.value);
    answer.on('data', (told) => {
      console.log(answer.code + ' ' + told);
      seen += 1;
      // Time for the last acknowledgement.
      if (seen === Number(count)) setTimeout(() => process.exit(0), 300);
    });
  });
  request.end();
}

observe();
