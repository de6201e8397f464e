/* A plug-in for qemu's code generator: counts instructions, or Cortex-M0 cycles, of one function.
 *
 * qemu-system-arm ... -plugin count.so,begin=ADDRESS,end=ADDRESS,core=m0|other[,words=ADDRESS:ADDRESS]
 *
 * words: from where to where memory is read by whole, aligned words of 32 bits alone. Such reads are counted,
 * and those that a processor would not do.
 * Counting starts when the instruction at `begin` runs and stops when the one at `end` does. On exit one
 * line of JSON goes to stderr. Cycles are those of the Cortex-M0 Technical Reference Manual (instruction
 * set summary) with memory that never waits and the fast multiplier; the core has no cache and no branch
 * prediction, so nothing else decides. Debian does not ship qemu's header for plug-ins; what is used of
 * its interface, version 1, is declared here. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *instruction);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *instruction);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *instruction);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *instruction,
                                            void (*executed)(unsigned, void *), int flags, void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *instruction,
                                      void (*accessed)(unsigned, uint32_t, uint64_t, void *), int flags,
                                      int reads_or_writes, void *data);
unsigned qemu_plugin_mem_size_shift(uint32_t access);
_Bool qemu_plugin_mem_is_store(uint32_t access);
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void (*translated)(uint64_t, struct qemu_plugin_tb *));
void qemu_plugin_register_atexit_cb(uint64_t id, void (*at_exit)(uint64_t, void *), void *data);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

struct instruction {
  uint64_t address;
  unsigned bytes;
  unsigned cycles;       /* not a branch, or a branch not taken */
  unsigned cycles_taken; /* the next instruction is elsewhere */
};

static uint64_t begin_address, end_address, words_begin, words_end;
static unsigned long words_read, words_misread;
static int is_m0, inside;
static const struct instruction *previous;
static uint64_t now, calls, total, shortest = UINT64_MAX, longest;

static unsigned registers_in(unsigned list) {
  return (unsigned)__builtin_popcount(list);
}

/* ARMv6-M: 16-bit Thumb, and BL, MRS, MSR and barriers with 32 bits. */
static void set_m0_cycles(struct instruction *one, unsigned code) {
  unsigned cycles = 1, taken = 3;
  if (one->bytes == 4) {
    cycles = 4;
    taken = 4;
  } else if ((code & 0xFE00) == 0xB400) { /* push */
    cycles = 1 + registers_in(code & 0x1FF);
  } else if ((code & 0xFE00) == 0xBC00) { /* pop, also into pc */
    const unsigned count = registers_in(code & 0xFF);
    cycles = 1 + count;
    taken = 4 + count + 1;
  } else if ((code & 0xF000) == 0xC000) { /* ldm, stm */
    cycles = 1 + registers_in(code & 0xFF);
  } else if ((code & 0xF800) == 0x4800 || ((code & 0xF000) >= 0x5000 && (code & 0xF000) <= 0x9000)) {
    cycles = 2; /* load, store */
  } else if ((code & 0xF800) == 0xE000 || (code & 0xFF00) == 0x4700) { /* b, bx, blx */
    cycles = 3;
  }
  one->cycles = cycles;
  one->cycles_taken = taken;
}

static void executed(unsigned cpu, void *data) {
  const struct instruction *one = data;
  (void)cpu;
  if (inside && previous != NULL) {
    const int elsewhere = one->address != previous->address + previous->bytes;
    now += elsewhere ? previous->cycles_taken : previous->cycles;
  }
  previous = one;
  if (one->address == begin_address) {
    inside = 1;
    now = 0;
    previous = one;
  } else if (inside && one->address == end_address) {
    inside = 0;
    ++calls;
    total += now;
    if (now < shortest) shortest = now;
    if (now > longest) longest = now;
  }
}

static void accessed(unsigned cpu, uint32_t access, uint64_t address, void *data) {
  (void)cpu;
  (void)data;
  if (qemu_plugin_mem_is_store(access) || address < words_begin || address >= words_end) return;
  ++words_read;
  if (qemu_plugin_mem_size_shift(access) != 2 || address % 4 != 0) ++words_misread;
}

static void translated(uint64_t id, struct qemu_plugin_tb *block) {
  (void)id;
  for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); ++i) {
    struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, i);
    struct instruction *one = calloc(1, sizeof *one); /* lives as long as the translation: until exit */
    if (one == NULL) abort();
    one->address = qemu_plugin_insn_vaddr(instruction);
    one->bytes = (unsigned)qemu_plugin_insn_size(instruction);
    one->cycles = one->cycles_taken = 1;
    if (is_m0) {
      const unsigned char *bytes = qemu_plugin_insn_data(instruction);
      set_m0_cycles(one, bytes[0] | (unsigned)bytes[1] << 8);
    }
    qemu_plugin_register_vcpu_insn_exec_cb(instruction, executed, 0, one);
    /* Reads and writes: asked for reads alone, qemu 7.2 tells of other accesses. */
    if (words_end != 0) qemu_plugin_register_vcpu_mem_cb(instruction, accessed, 0, 3, NULL);
  }
}

static void at_exit(uint64_t id, void *data) {
  (void)id;
  (void)data;
  fprintf(stderr, "{\"rows\": %" PRIu64 ", \"cycles_min\": %" PRIu64 ", \"cycles_max\": %" PRIu64 ", ", calls,
          calls ? shortest : 0, longest);
  fprintf(stderr, "\"cycles\": %.1f, \"words_read\": %lu, \"words_misread\": %lu}\n",
          calls ? (double)total / (double)calls : 0.0, words_read, words_misread);
}

__attribute__((visibility("default"))) int qemu_plugin_install(uint64_t id, const void *info, int count,
                                                               char **arguments) {
  (void)info;
  for (int i = 0; i < count; ++i) {
    if (strncmp(arguments[i], "begin=", 6) == 0) begin_address = strtoull(arguments[i] + 6, NULL, 0);
    if (strncmp(arguments[i], "end=", 4) == 0) end_address = strtoull(arguments[i] + 4, NULL, 0);
    if (strcmp(arguments[i], "core=m0") == 0) is_m0 = 1;
    if (strncmp(arguments[i], "words=", 6) == 0) {
      char *rest = NULL;
      words_begin = strtoull(arguments[i] + 6, &rest, 0);
      words_end = strtoull(rest + 1, NULL, 0);
    }
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  qemu_plugin_register_atexit_cb(id, at_exit, NULL);
  return 0;
}
