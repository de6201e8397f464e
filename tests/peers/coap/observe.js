// Observes a resource and prints what it is told, one line each: node observe.js PORT PATH COUNT
import coap from 'coap';

const [port, path, count] = process.argv.slice(2);
const request = coap.request({ host: '127.0.0.1', port, pathname: '/' + path, observe: true });
let seen = 0;
request.on('response', (answer) => {
  answer.on('data', (told) => {
    console.log(answer.code + ' ' + told);
    seen += 1;
    // Time for the last acknowledgement.
    if (seen === Number(count)) setTimeout(() => process.exit(0), 300);
  });
});
request.end();
