#include "terse/export/text/owned_names.h"

#include <algorithm>
#include <array>

namespace terse::export_text {
namespace {

// Each in the list of its first owner.

constexpr std::string_view keywords_of_cpp =
    "alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t "
    "char32_t char8_t class co_await co_return co_yield compl concept const const_cast "
    "consteval constexpr constinit continue decltype default delete do double dynamic_cast "
    "else enum explicit export extern false float for friend goto if inline int long mutable "
    "namespace new noexcept not not_eq nullptr operator or or_eq private protected public "
    "register reinterpret_cast requires restrict return short signed sizeof static "
    "static_assert static_cast struct switch template this thread_local throw true try "
    "typedef typeid typename typeof union unsigned using virtual void volatile wchar_t while "
    "xor xor_eq";

// Without -std=c++17, GCC and Clang define them as 1; those of windows.h are empty, or types.
constexpr std::string_view macros_of_compilers = "far i386 interface linux near unix";

constexpr std::string_view headers_of_c =
    "acc_prof aio aliases alloca ar argp argz arm_acle arm_bf16 arm_cde arm_cmse arm_fp16 "
    "arm_mve arm_mve_types arm_neon assert backtrace byteswap cet complex conio cpio cpuid "
    "ctype devctl direct dirent dlfcn dos elf endian envlock envz err errno error execinfo "
    "fastmath fcntl features fenv fmtmsg fnmatch fstab fts ftw gconv gcov getopt glob "
    "graphics grp gshadow iconv ieeefp ifaddrs inttypes io iso646 langinfo lastlog libgen "
    "libintl limits link locale malloc math mcheck memory mm3dnow mm_malloc mntent monetary "
    "mqueue ndbm netdb newlib nl_types nss obstack omp openacc paths picolibc picotls poll "
    "printf proc_service process pthread pty pwd quadmath quadmath_weak re_comp reent regdef "
    "regex regexp resolv sched search semaphore semihost setjmp sgtty shadow signal spawn "
    "stab stdalign stdarg stdatomic stdbit stdbool stdckdint stddef stdfix stdint stdio "
    "stdio_ext stdlib stdnoreturn string strings syscall sysexits syslimits syslog tar termio "
    "termios tgmath thread_db threads time ttyent uchar ucontext ulimit unctrl unistd unwind "
    "utime utmp utmpx values varargs wait wchar wctype windows winsock2 wordexp";

constexpr std::string_view functions_of_c =
    "a64l abort abs accept access acos acosh alarm aligned_alloc arc4random arc4random_buf "
    "arc4random_uniform asin asinh at_quick_exit atan atan2 atanh atexit atof atoi atol bind "
    "bsearch calloc canonicalize canonicalize_file_name cbrt ceil chdir chmod chown clearenv "
    "clock close connect copysign cos cosh creat daemon div drand48 drand48_data drem dup "
    "ecvt environ erand48 erf erfc execl execv exit exp exp10 exp2 expm1 fabs fcvt fd_mask "
    "fd_set fdim finite floor fma fmax fmaximum fmaximum_mag fmaximum_mag_num fmaximum_num "
    "fmaxmag fmin fminimum fminimum_mag fminimum_mag_num fminimum_num fminmag fmod fork free "
    "frexp fromfp fromfpx gamma gcvt getenv getloadavg getpayload getpid getpt getsubopt "
    "grantpt hypot ilogb initstate ioctl iscanonical iseqsig isinff isinfl isnanf isnanl "
    "issignaling iszero j0 j1 jn jrand48 kill l64a labs lcong48 ldexp ldiv lgamma listen "
    "llabs lldiv llogb llrint llround log log10 log1p log2 logb lrand48 lrint lround lseek "
    "main mblen mbstowcs mbtowc mkdir mkdtemp mkostemp mkostemp64 mkostemps mkostemps64 "
    "mkstemp mkstemp64 mkstemps mkstemps64 mktemp mmap modf mrand48 munmap nan nearbyint "
    "nextafter nextdown nexttoward nextup nice nrand48 on_exit open pause pipe posix_memalign "
    "posix_openpt pow pselect ptsname putenv puts qecvt qfcvt qgcvt qsort quick_exit raise "
    "rand random random_data read realloc reallocarray realpath reboot recv recvfrom "
    "remainder remove remquo rename rint rmdir round roundeven rpmatch sbrk scalb scalbln "
    "scalbn scanf secure_getenv seed48 select send sendto setenv setpayload setpayloadsig "
    "setstate shutdown signgam significand sin sincos sinh sleep socket sqrt srand srand48 "
    "srandom stat std sync system tee times truncate umask uname unlink usleep vfork waitpid "
    "write y0 y1 yn zu";

constexpr std::string_view headers_of_arduino =
    "arduino arduino_lorawan avr_cpunames binary boot client eeprom ethernet hardwareserial "
    "hardwareserial_private hid ipaddress keyboard lmic mouse pin_defs pins_arduino "
    "pluggableusb print printable radiolib sd server servo softwareserial spi stream tone twi "
    "udp usbapi usbcore usbdesc wcharacter wifi wire wiring wiring_analog wiring_digital "
    "wiring_private wstring";

constexpr std::string_view components_of_esp_idf =
    "app_trace app_update bootloader bootloader_support bt cmock console cxx driver efuse esp "
    "esp_adc esp_app_format esp_coex esp_common esp_eth esp_event esp_gdbstub esp_hid "
    "esp_http_client esp_http_server esp_https_ota esp_hw_support esp_lcd esp_local_ctrl "
    "esp_mm esp_netif esp_partition esp_phy esp_pm esp_psram esp_ringbuf esp_rom esp_system "
    "esp_timer esp_tls esp_wifi espcoredump esptool_py fatfs freertos hal heap http_parser "
    "ieee802154 json lwip mbedtls mqtt nvs_flash nvs_sec_provider openthread partition_table "
    "perfmon protobuf_c protocomm riscv rt sdmmc soc spi_flash spiffs tcp_transport "
    "touch_element ulp unity usb vfs wear_levelling wifi_provisioning wpa_supplicant xtensa";

constexpr std::string_view names_of_zephyr =
    "app bluetooth cmsis device devicetree kernel littlefs logging loramac_node lvgl mcuboot "
    "modules nanopb offsets segger tinycrypt toolchain version zcbor zephyr";

constexpr std::string_view words_of_python =
    "as async await def del elif except finally from global import in is lambda match "
    "nonlocal pass with yield";

constexpr std::string_view modules_of_python =
    "abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore audioop "
    "base64 bdb binascii bisect btree builtins bz2 calendar cgi cgitb chunk cmath cmd code "
    "codecs codeop collections colorsys compileall compression concurrent configparser "
    "contextlib contextvars copy copyreg crypt cryptolib csv ctypes curses dataclasses datetime "
    "dbm decimal deflate difflib dis distutils doctest email encodings ensurepip esp32 "
    "faulthandler ffi filecmp fileinput fractions framebuf ftplib functools gc genericpath "
    "getpass gettext graphlib gzip hashlib heapq hmac html http idlelib imaplib imghdr imp "
    "importlib inspect itertools js jsffi keyword lcd160cr lib2to3 linecache lzma machine "
    "mailbox mailcap marshal micropython mimetypes modulefinder msilib msvcrt multiprocessing "
    "neopixel netrc network nis nntplib nt ntpath nturl2path numbers opcode optparse os "
    "ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix "
    "posixpath pprint profile pstats py_compile pyb pyclbr pydoc pydoc_data pyexpat pyscript "
    "queue quopri re readline reprlib resource rlcompleter rp2 runpy secrets selectors shelve "
    "shlex shutil site smtpd smtplib sndhdr socketserver spwd sqlite3 sre_compile sre_constants "
    "sre_parse ssl statistics stm stringprep subprocess sunau symtable sys sysconfig tabnanny "
    "tarfile telnetlib tempfile test textwrap threading timeit tkinter token tokenize tomllib "
    "trace traceback tracemalloc tty turtle turtledemo types typing uarray uasyncio ubinascii "
    "ubluetooth ucollections ucryptolib uctypes uerrno uhashlib uheapq uio ujson umachine "
    "unicodedata unittest uos uplatform urandom ure urllib uselect usocket ussl ustruct usys uu "
    "uuid uwebsocket uzlib venv warnings wave weakref webbrowser winreg winsound wipy wsgiref "
    "xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo";

constexpr std::string_view words_of_rust =
    "alloc become box core crate dyn final fn gen impl let loop macro mod move mut override "
    "priv proc_macro pub ref self super trait type unsafe unsized use where";

constexpr std::string_view files_of_windows =
    "aux com1 com2 com3 com4 com5 com6 com7 com8 com9 con lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 "
    "lpt8 lpt9 nul prn";

struct Owner {
  std::string_view names;
  std::string_view description;
};

constexpr std::array owners = {
    Owner{keywords_of_cpp, "a keyword of C or C++"},
    Owner{macros_of_compilers, "a macro of compilers"},
    Owner{headers_of_c, "a header of C"},
    Owner{functions_of_c, "a function of C"},
    Owner{headers_of_arduino, "a header of Arduino"},
    Owner{components_of_esp_idf, "a component of ESP-IDF"},
    Owner{names_of_zephyr, "a name of Zephyr"},
    Owner{words_of_python, "a keyword of Python"},
    Owner{modules_of_python, "a module of Python"},
    Owner{words_of_rust, "a keyword or crate of Rust"},
    Owner{files_of_windows, "a device of Windows"},
};

bool is_among(std::string_view names, std::string_view name) {
  for (std::size_t at = names.find(name); at != std::string_view::npos;
       at = names.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || names[at - 1] == ' ') && (end == names.size() || names[end] == ' '))
      return true;
  }
  return false;
}

/// A function of <math.h>, or one with a buffer of its own, in one of its many variants: sinf,
/// lgammaf_r, roundf32x.
bool is_variant_of_function(std::string_view name) {
  if (name.ends_with("_r")) name.remove_suffix(2);
  if (is_among(functions_of_c, name)) return true;
  for (const std::string_view suffix : {"f32x", "f64x", "f32", "f64", "f128", "f", "l"}) {
    if (name.ends_with(suffix) &&
        is_among(functions_of_c, name.substr(0, name.size() - suffix.size()))) {
      return true;
    }
  }
  return false;
}

/// fadd, f32xmulf64, dsqrtl: arithmetic of <math.h> with a narrower result.
bool is_narrowing_function(std::string_view name) {
  for (const std::string_view first : {"f32x", "f64x", "f32", "f64", "f", "d"}) {
    if (!name.starts_with(first)) continue;
    const std::string_view rest = name.substr(first.size());
    for (const std::string_view operation : {"add", "sub", "mul", "div", "fma", "sqrt"}) {
      if (!rest.starts_with(operation)) continue;
      const std::string_view type = rest.substr(operation.size());
      constexpr std::array types = {std::string_view(""),    std::string_view("l"),
                                    std::string_view("f32"), std::string_view("f32x"),
                                    std::string_view("f64"), std::string_view("f64x"),
                                    std::string_view("f128")};
      if (std::ranges::count(types, type) != 0) return true;
    }
  }
  return false;
}

}  // namespace

std::optional<std::string_view> owner_of(std::string_view name) {
  for (const Owner& owner : owners) {
    if (is_among(owner.names, name)) return owner.description;
  }
  if (name.ends_with("_t")) return "like a type of C";
  if (is_variant_of_function(name) || is_narrowing_function(name)) return "a function of C";
  return std::nullopt;
}

std::string free_name(std::string_view name) {
  return std::string(name) + (owner_of(name) ? "_model" : "");
}

}  // namespace terse::export_text
