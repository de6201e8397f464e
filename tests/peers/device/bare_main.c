/* Runs the encoder on rows linked into the firmware and prints each payload in hexadecimal, then the
 * stack bytes that the call used: for simulated boards without an operating system. */
#ifdef NETWORK
#include "network_main.h"
#elif defined(SEND)
#include "send_main.h"
#else
#include "m.h"
#include "refused.h"
#endif

extern const unsigned char rows[], rows_end[]; /* bytes of readings as they lie in memory */

m_reading_t readings[M_FEATURES];
#ifdef MASKED
uint8_t missing[(M_FEATURES + 7) / 8]; /* follows the readings in each row */
#endif
uint8_t payload[M_PAYLOAD_BYTES];

void print(char c);
void stop(void);
void done(void);

__attribute__((noinline)) void done(void) {
  __asm__ volatile("" : : : "memory");
}

#ifdef EMPTY
#ifdef REFUSES
__attribute__((noinline)) m_status_t m_encode(const m_reading_t *values, uint8_t *message) {
  __asm__ volatile("" : : "r"(values), "r"(message) : "memory");
  return M_OK;
}
#else
__attribute__((noinline)) void m_encode(const m_reading_t *values, uint8_t *message) {
  __asm__ volatile("" : : "r"(values), "r"(message) : "memory");
}
#endif
#endif

#if defined(__arm__)
__asm__(
    ".section .vectors,\"a\"\n"
    ".word stack_top\n"
    ".word start + 1\n"
    ".fill 14, 4, 0\n"
    ".text\n"
    ".thumb\n"
    ".thumb_func\n"
    ".global start\n"
    "start: bl bare_main\n");

static void semihosting(int operation, const void *argument) {
  register int number __asm__("r0") = operation;
  register const void *value __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xAB" : "+r"(number) : "r"(value) : "memory");
}

void print(char c) {
  semihosting(3, &c);
}

void stop(void) {
  semihosting(0x18, (const void *)0x20026);
}
#elif defined(__riscv)
__asm__(
    ".section .vectors,\"ax\"\n"
    ".global start\n"
    "start: la sp, stack_top\n"
    "j bare_main\n");

void print(char c) {
  *(volatile unsigned char *)0x10000000 = (unsigned char)c;
}

void stop(void) {
  *(volatile uint32_t *)0x100000 = 0x5555;
}
#elif defined(__XTENSA__)
__asm__(
    /* From the ROM, at 0x50000000, to the beginning of the RAM, where the stack ends a MiB on. */
    ".section .reset,\"ax\"\n"
    "movi a0, 0x600\n"
    "slli a0, a0, 20\n"
    "jx a0\n"
    ".section .vectors,\"ax\"\n"
    ".global start\n"
    "start: movi a1, 0x601\n"
    "slli a1, a1, 20\n"
    "call0 bare_main\n");

static void simulator(int operation, int first, const void *second, int third) {
  register int number __asm__("a2") = operation;
  register int one __asm__("a3") = first;
  register const void *two __asm__("a4") = second;
  register int three __asm__("a5") = third;
  __asm__ volatile("simcall" : "+r"(number), "+r"(one) : "r"(two), "r"(three) : "memory");
}

void print(char c) {
  simulator(4, 1, &c, 1);
}

void stop(void) {
  simulator(1, 0, 0, 0);
}
#endif

__asm__(
    ".section .rodata\n"
    ".balign 4\n"
    ".global rows\n"
    "rows: .incbin \"rows.bin\"\n"
    ".global rows_end\n"
    "rows_end:\n"
    ".text\n");

static void print_byte(unsigned value) {
  print("0123456789abcdef"[value >> 4 & 15]);
  print("0123456789abcdef"[value & 15]);
}

#ifdef NETWORK
enum { painted = 2048, paint = 0xA5 };
#else
enum { painted = 256, paint = 0xA5 };
#endif

void bare_main(void);
void bare_main(void) {
  const unsigned char *next = rows;
  unsigned deepest = 0;
  while (next != rows_end) {
    unsigned char *to = (unsigned char *)readings;
    volatile unsigned char *stack;
#if defined(MASKED) || defined(REFUSES)
    m_status_t status;
#endif
    unsigned i;
    for (i = 0; i < sizeof readings; ++i) to[i] = *next++;
#ifdef MASKED
    for (i = 0; i < sizeof missing; ++i) missing[i] = *next++;
#endif
    for (i = 0; i < M_PAYLOAD_BYTES; ++i) payload[i] = paint;
#if defined(__arm__)
    __asm__ volatile("mov %0, sp" : "=r"(stack));
#elif defined(__XTENSA__)
    __asm__ volatile("mov %0, a1" : "=r"(stack));
#else
    __asm__ volatile("mv %0, sp" : "=r"(stack));
#endif
    for (i = 1; i <= painted; ++i) stack[-(int)i] = paint;
#if defined(MASKED)
    status = m_encode_masked(readings, missing, payload);
#elif defined(REFUSES)
    status = m_encode(readings, payload);
#else
    m_encode(readings, payload);
#endif
    done();
    for (i = painted; i > 0 && stack[-(int)i] == paint; --i) {
    }
    if (i > deepest) deepest = i;
#if defined(MASKED) || defined(REFUSES)
    mark_refused(status, payload);
#endif
    for (i = 0; i < M_PAYLOAD_BYTES; ++i) print_byte(payload[i]);
    print('\n');
  }
  print('=');
  print_byte(deepest >> 8);
  print_byte(deepest & 255);
  print('\n');
  stop();
  for (;;) {
  }
}
