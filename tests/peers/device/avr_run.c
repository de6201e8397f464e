/* Runs an encoder's firmware on a simulated ATmega328P (libsimavr, exact cycles).
 *
 * usage: avr_run FIRMWARE.elf READINGS_ADDRESS READINGS_BYTES PAYLOAD_ADDRESS PAYLOAD_BYTES <rows >payloads
 *
 * The firmware writes GPIOR0: 0x10 before a row (its readings are then put into memory), 0x20 before
 * the call and 0x21 after it; what is then done until the next 0x10 is not measured. stdin: rows of
 * readings as they lie in memory. stdout: payloads, one after the other. stderr: one line of JSON with cycles and stack bytes of the call. */
#include <simavr/avr_ioport.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { gpior0 = 0x3E, stack_low = 0x5D, stack_high = 0x5E };

static struct {
  unsigned readings, readings_bytes, payload, payload_bytes;
  avr_cycle_count_t begin, shortest, longest, total;
  unsigned long rows;
  unsigned stack_begin, stack_lowest;
  int inside, done;
  FILE *payloads; /* stdout; simavr writes messages to its own, which becomes stderr */
} run;

static unsigned stack_pointer(const avr_t *avr) {
  return avr->data[stack_low] | (unsigned)avr->data[stack_high] << 8;
}

static void written(struct avr_t *avr, avr_io_addr_t address, uint8_t value, void *parameter) {
  (void)address;
  (void)parameter;
  if (value == 0x10) {
    if (run.rows != 0) fwrite(avr->data + run.payload, 1, run.payload_bytes, run.payloads);
    memset(avr->data + run.payload, 0xA5, run.payload_bytes);
    if (fread(avr->data + run.readings, 1, run.readings_bytes, stdin) != run.readings_bytes) run.done = 1;
  } else if (value == 0x20) {
    run.begin = avr->cycle;
    run.stack_begin = run.stack_lowest = stack_pointer(avr);
    run.inside = 1;
  } else if (value == 0x21) {
    const avr_cycle_count_t cycles = avr->cycle - run.begin;
    run.inside = 0;
    if (run.rows == 0 || cycles < run.shortest) run.shortest = cycles;
    if (cycles > run.longest) run.longest = cycles;
    run.total += cycles;
    ++run.rows;
  }
}

int main(int count, char **arguments) {
  if (count != 6) {
    fprintf(stderr, "usage: avr_run FIRMWARE READINGS_ADDRESS BYTES PAYLOAD_ADDRESS BYTES\n");
    return 2;
  }
  run.readings = (unsigned)strtoul(arguments[2], NULL, 0) & 0xFFFF;
  run.readings_bytes = (unsigned)strtoul(arguments[3], NULL, 0);
  run.payload = (unsigned)strtoul(arguments[4], NULL, 0) & 0xFFFF;
  run.payload_bytes = (unsigned)strtoul(arguments[5], NULL, 0);
  run.payloads = fdopen(dup(STDOUT_FILENO), "wb");
  if (run.payloads == NULL || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) return 2;
  elf_firmware_t firmware;
  memset(&firmware, 0, sizeof firmware);
  if (elf_read_firmware(arguments[1], &firmware) != 0) return 2;
  avr_t *avr = avr_make_mcu_by_name("atmega328p");
  if (avr == NULL) return 2;
  avr_init(avr);
  firmware.frequency = 16000000;
  avr_load_firmware(avr, &firmware);
  avr_register_io_write(avr, gpior0, written, NULL);
  unsigned stack_deepest = 0;
  while (!run.done) {
    const int state = avr_run(avr);
    if (state == cpu_Done || state == cpu_Crashed) {
      fprintf(stderr, "the firmware stopped in state %d\n", state);
      return 1;
    }
    if (run.inside) {
      const unsigned depth = run.stack_begin - stack_pointer(avr);
      if (depth < 0x8000 && depth > stack_deepest) stack_deepest = depth;
    }
  }
  fprintf(stderr, "{\"rows\": %lu, \"cycles_min\": %lu, \"cycles_max\": %lu, \"cycles\": %.1f, \"stack\": %u}\n",
          run.rows, (unsigned long)run.shortest, (unsigned long)run.longest,
          run.rows ? (double)run.total / (double)run.rows : 0.0, stack_deepest);
  return fclose(run.payloads) == 0 ? 0 : 1;
}
