/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plugin in a QEMU that only pretends: one for each version of the interface, in
 * PLUGIN_API, that keeps what the plugin asks for and executes blocks.
 *
 * What it does as QEMU does: up to 8.2 the callbacks of a block run before its inline
 * code, from 9.0 on both in the order in which they were asked for; a scoreboard can be
 * looked into once there is a vCPU; interrupts and exceptions are announced as on x86.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "guest_image.h"
#include "plugin/vmabench-insns.c"

/* Something that the plugin wants done when a block, or an instruction, is executed. */
struct wish {
	bool is_inline;
	qemu_plugin_vcpu_udata_cb_t cb;
	void *udata;
	uint64_t *counter; /* or its offset */
	uint64_t n;
};

struct qemu_plugin_insn {
	uint64_t vaddr;
	const char *bytes;
	size_t size;
	struct wish wishes[8];
	size_t nr_wishes;
	qemu_plugin_vcpu_mem_cb_t mem[4];
	void *mem_udata[4];
	size_t nr_mem;
};

struct qemu_plugin_tb {
	uint64_t vaddr;
	struct qemu_plugin_insn insns[8];
	size_t n;
	struct wish wishes[8];
	size_t nr_wishes;
};

static bool has_vcpu;

static void wish_for(struct wish *wishes, size_t *nr, struct wish wish)
{
	assert_true(*nr < 8);
	wishes[(*nr)++] = wish;
}

void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb,
					  qemu_plugin_vcpu_udata_cb_t cb,
					  enum qemu_plugin_cb_flags flags,
					  void *udata)
{
	(void)flags;
	wish_for(tb->wishes, &tb->nr_wishes,
		 (struct wish){ .cb = cb, .udata = udata });
}

void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    qemu_plugin_vcpu_udata_cb_t cb,
					    enum qemu_plugin_cb_flags flags,
					    void *udata)
{
	(void)flags;
	wish_for(insn->wishes, &insn->nr_wishes,
		 (struct wish){ .cb = cb, .udata = udata });
}

void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn,
				      qemu_plugin_vcpu_mem_cb_t cb,
				      enum qemu_plugin_cb_flags flags,
				      enum qemu_plugin_mem_rw rw, void *udata)
{
	(void)flags;
	assert_int_equal(rw, QEMU_PLUGIN_MEM_RW);
	assert_true(insn->nr_mem < 4);
	insn->mem[insn->nr_mem] = cb;
	insn->mem_udata[insn->nr_mem++] = udata;
}

#if PLUGIN_API >= 2
struct qemu_plugin_scoreboard {
	size_t size;
	char *data;
};

struct qemu_plugin_scoreboard *qemu_plugin_scoreboard_new(size_t size)
{
	struct qemu_plugin_scoreboard *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->size = size;
	s->data = calloc(16, size);
	return s;
}

void *qemu_plugin_scoreboard_find(struct qemu_plugin_scoreboard *score,
				  unsigned int vcpu)
{
	assert_true(has_vcpu);
	return score->data + vcpu * score->size;
}

static struct wish inline_wish(enum qemu_plugin_op op, qemu_plugin_u64 entry,
			       uint64_t n)
{
	assert_int_equal(op, QEMU_PLUGIN_INLINE_ADD_U64);
	assert_true(entry.offset + sizeof(uint64_t) <= entry.score->size);
	return (struct wish){ .is_inline = true,
			      .counter = (uint64_t *)(entry.score->data +
						      entry.offset),
			      .n = n };
}

void qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(struct qemu_plugin_tb *tb,
						       enum qemu_plugin_op op,
						       qemu_plugin_u64 entry,
						       uint64_t n)
{
	wish_for(tb->wishes, &tb->nr_wishes, inline_wish(op, entry, n));
}

void qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(struct qemu_plugin_insn *insn,
							 enum qemu_plugin_op op,
							 qemu_plugin_u64 entry,
							 uint64_t n)
{
	wish_for(insn->wishes, &insn->nr_wishes, inline_wish(op, entry, n));
}
#else
static struct wish inline_wish(enum qemu_plugin_op op, void *counter, uint64_t n)
{
	assert_int_equal(op, QEMU_PLUGIN_INLINE_ADD_U64);
	return (struct wish){ .is_inline = true, .counter = counter, .n = n };
}

void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb,
					      enum qemu_plugin_op op,
					      void *counter, uint64_t n)
{
	wish_for(tb->wishes, &tb->nr_wishes, inline_wish(op, counter, n));
}

void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn,
						enum qemu_plugin_op op,
						void *counter, uint64_t n)
{
	wish_for(insn->wishes, &insn->nr_wishes, inline_wish(op, counter, n));
}
#endif

#if PLUGIN_API >= 7
static void *trans_udata;
static qemu_plugin_tb_trans_cb_t trans_cb;
static qemu_plugin_udata_cb_t exit_cb;

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
					   qemu_plugin_tb_trans_cb_t cb,
					   void *udata)
{
	assert_int_equal(id, 42);
	trans_cb = cb;
	trans_udata = udata;
}

static void translate(struct qemu_plugin_tb *tb)
{
	trans_cb(tb, trans_udata);
}

static void quit(void)
{
	exit_cb(NULL);
}
#else
static qemu_plugin_tb_trans_cb_t trans_cb;
static qemu_plugin_udata_cb_t exit_cb;

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
					   qemu_plugin_tb_trans_cb_t cb)
{
	assert_int_equal(id, 42);
	trans_cb = cb;
}

static void translate(struct qemu_plugin_tb *tb)
{
	trans_cb(42, tb);
}

static void quit(void)
{
	exit_cb(42, NULL);
}
#endif

void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id,
				    qemu_plugin_udata_cb_t cb, void *udata)
{
	(void)udata;
	assert_int_equal(id, 42);
	exit_cb = cb;
}

#if PLUGIN_API >= 3
static qemu_plugin_vcpu_discon_cb_t discon_cb;

#if PLUGIN_API >= 7
void qemu_plugin_register_vcpu_discon_cb(qemu_plugin_id_t id,
					 enum qemu_plugin_discon_type type,
					 qemu_plugin_vcpu_discon_cb_t cb,
					 void *udata)
{
	(void)udata;
#else
void qemu_plugin_register_vcpu_discon_cb(qemu_plugin_id_t id,
					 enum qemu_plugin_discon_type type,
					 qemu_plugin_vcpu_discon_cb_t cb)
{
#endif
	assert_int_equal(id, 42);
	assert_int_equal(type, QEMU_PLUGIN_DISCON_INTERRUPT |
				       QEMU_PLUGIN_DISCON_EXCEPTION);
	discon_cb = cb;
}

static void announce(enum qemu_plugin_discon_type type, uint64_t from, uint64_t to)
{
#if PLUGIN_API >= 7
	discon_cb(0, type, from, to, NULL);
#else
	discon_cb(42, 0, type, from, to);
#endif
}
#else
#define QEMU_PLUGIN_DISCON_INTERRUPT 1
#define QEMU_PLUGIN_DISCON_EXCEPTION 2

static void announce(int type, uint64_t from, uint64_t to)
{
	(void)type;
	(void)from;
	(void)to;
}
#endif

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb)
{
	return tb->n;
}

uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb)
{
	return tb->vaddr;
}

struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb,
						 size_t i)
{
	assert_true(i < tb->n);
	return (struct qemu_plugin_insn *)&tb->insns[i];
}

#if PLUGIN_API >= 3
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *to,
			     size_t room)
{
	size_t n = room < insn->size ? room : insn->size;

	memcpy(to, insn->bytes, n);
	return n;
}
#else
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn)
{
	return insn->bytes;
}
#endif

size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn)
{
	return insn->size;
}

uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn)
{
	return insn->vaddr;
}

/* Memory of the guest is there where a test has made it. */
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *insn)
{
	return ram ? ram + (insn->vaddr - KERNEL_IMAGE) : NULL;
}

#define STORE 0x80000000u

bool qemu_plugin_mem_is_store(qemu_plugin_meminfo_t info)
{
	return info & STORE;
}

/* An access says how large it is in its last digit. */
#define BYTES_8 3u
#define BYTES_16 4u

unsigned int qemu_plugin_mem_size_shift(qemu_plugin_meminfo_t info)
{
	return info & 0xf;
}

/* Memory: one page is there twice, one is I/O, one nowhere; of the others, none moves. */
#define PAGE 0xffff888000001000ull
#define SAME_PAGE 0xffff888000007000ull
#define OTHER_PAGE 0xffff888000003000ull
#define IO_PAGE 0xffff888000009000ull
#define NO_PAGE 0xffff88800000b000ull
#define PHYS_PAGE 0x5000

struct qemu_plugin_hwaddr {
	uint64_t vaddr;
};

static size_t nr_translations;
static uint64_t user_page = 0x1000;

struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(qemu_plugin_meminfo_t info,
						  uint64_t vaddr)
{
	static struct qemu_plugin_hwaddr hwaddr;

	(void)info;
	nr_translations++;
	hwaddr.vaddr = vaddr;
	return (vaddr & ~0xfffull) == NO_PAGE ? NULL : &hwaddr;
}

bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *hwaddr)
{
	return (hwaddr->vaddr & ~0xfffull) == IO_PAGE;
}

uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *hwaddr)
{
	uint64_t page = hwaddr->vaddr & ~0xfffull;

	assert_false(qemu_plugin_hwaddr_is_io(hwaddr));
	if (page == PAGE || page == SAME_PAGE)
		page = PHYS_PAGE;
	if (page == 0x1000)
		page = user_page;
	return page | (hwaddr->vaddr & 0xfff);
}

static void grant(const struct wish *wishes, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (!wishes[i].is_inline)
			wishes[i].cb(0, wishes[i].udata);
		else if (PLUGIN_API > 1)
			*wishes[i].counter += wishes[i].n;
	for (size_t i = 0; PLUGIN_API == 1 && i < nr; i++)
		if (wishes[i].is_inline)
			*wishes[i].counter += wishes[i].n;
}

static void begin(const struct qemu_plugin_tb *tb)
{
	grant(tb->wishes, tb->nr_wishes);
}

static void access_bytes(const struct qemu_plugin_insn *insn, uint64_t at,
			 bool store, qemu_plugin_meminfo_t bytes)
{
	for (size_t i = 0; i < insn->nr_mem; i++)
		insn->mem[i](0, bytes | (store ? STORE : 0), at,
			     insn->mem_udata[i]);
}

static void access_memory(const struct qemu_plugin_insn *insn, uint64_t at,
			  bool store)
{
	access_bytes(insn, at, store, BYTES_8);
}

static void run(struct qemu_plugin_tb *tb)
{
	begin(tb);
	for (size_t i = 0; i < tb->n; i++) {
		grant(tb->insns[i].wishes, tb->insns[i].nr_wishes);
		if (tb->insns[i].bytes[0] == '\x8b') /* mov (mem), reg */
			access_memory(&tb->insns[i], 0x1000, false);
		if (tb->insns[i].bytes[0] == '\x89') /* mov reg, (mem) */
			access_memory(&tb->insns[i], 0x1000, true);
	}
}

#define NOP "\x90"
#define LOAD "\x8b\x00"
#define STORE_INSN "\x89\x00"
#define IRETQ "\x48\xcf"
#define CALL "\xe8\x00\x00\x00\x00"
#define RET "\xc3"
#define PERCPU_LOAD "\x65\x8b\x00"
#define LOCK_CMPXCHG16B "\x3e\x49\x0f\xc7\x4c\x24\x20"
#define BEGIN "\x0f\x1f\x80\x01\x00\x6d\x76"
#define END "\x0f\x1f\x80\x00\x00\x6d\x76"
#define INSN(bytes) bytes, sizeof(bytes) - 1

/* A block at @vaddr of the instructions that follow, each as INSN(); translated. */
static void block(struct qemu_plugin_tb *tb, uint64_t vaddr, size_t n, ...)
{
	va_list args;

	*tb = (struct qemu_plugin_tb){ .vaddr = vaddr, .n = n };
	va_start(args, n);
	for (size_t i = 0; i < n; i++) {
		tb->insns[i].vaddr = vaddr;
		tb->insns[i].bytes = va_arg(args, const char *);
		tb->insns[i].size = va_arg(args, size_t);
		vaddr += tb->insns[i].size;
	}
	va_end(args);
	translate(tb);
}

#define WORK 0xffffffff81000000ull
#define IRQ 0xffffffff81001000ull
#define FAULT 0xffffffff81002000ull
#define FREE 0xffffffff81003000ull
#define RCU 0xffffffff81004000ull
#define REFILL 0xffffffff81005000ull
#define SHARED 0xffffffff81008000ull
#define EARLY 0xffffffff81006000ull

static const char symbols_text[] =
	"ffffffff81000000 t work\n"
	"ffffffff81001000 t asm_sysvec_apic_timer_interrupt\n"
	"ffffffff81002000 t asm_exc_page_fault\n"
	"ffffffff81003000 t mt_free_rcu\n"
	"ffffffff81004000 t rcu_do_batch\n"
	"ffffffff81005000 t ___slab_alloc\n"
	"ffffffff81006000 t early_handler\n"
	"ffffffff81008000 t in_front\n"
	"ffffffff81008020 t behind\n";

static char folder[] = "/tmp/test_plugin-XXXXXX";
static char symbols_arg[64], out_arg[64];

static qemu_info_t this_qemu(int nr_cpus)
{
	qemu_info_t info = { .target_name = "x86_64", .system_emulation = true };

	info.version.cur = PLUGIN_API;
	info.system.smp_vcpus = nr_cpus;
	return info;
}

static struct qemu_plugin_tb mark_begin, mark_end;

/* With one more argument, unless that is NULL. */
static void load_with(const char *more)
{
	qemu_info_t info = this_qemu(1);
	char *argv[] = { symbols_arg, out_arg, (char *)more };

	assert_int_equal(qemu_plugin_version, PLUGIN_API);
	assert_int_equal(qemu_plugin_install(42, &info, more ? 3 : 2, argv), 0);
	has_vcpu = true;
	block(&mark_begin, 0x400000, 2, INSN(NOP), INSN(BEGIN));
	block(&mark_end, 0x400100, 2, INSN(END), INSN(NOP));
}

static void load(void)
{
	load_with(NULL);
}

/* Runs @test in a process of its own: the plugin is loaded once, and may exit. */
static int in_process(void (*test)(void), char *said, size_t size)
{
	int status, ends[2];
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDERR_FILENO);
		dup2(ends[1], STDOUT_FILENO);
		test();
		exit(0);
	}
	close(ends[1]);
	n = read(ends[0], said, size - 1);
	said[n > 0 ? n : 0] = '\0';
	while (n > 0 && read(ends[0], (char[256]){ 0 }, 256) > 0)
		;
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* What the plugin wrote, after @test. */
static const char *output_of(void (*test)(void))
{
	static char text[4096];
	char said[256];
	size_t n;
	FILE *f;

	assert_int_equal(in_process(test, said, sizeof(said)), 0);
	assert_string_equal(said, "");
	f = fopen(out_arg + strlen("out="), "r");
	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

static void work_and_irq(void)
{
	struct qemu_plugin_tb work, again, irq, iret;

	load();
	block(&work, WORK, 3, INSN(NOP), INSN(LOAD), INSN(STORE_INSN));
	block(&again, WORK + 16, 2, INSN(LOAD), INSN(LOAD));
	block(&irq, IRQ, 2, INSN(NOP), INSN(LOAD));
	block(&iret, IRQ + 16, 2, INSN(NOP), INSN(IRETQ));
	run(&work); /* not in a region */
	run(&mark_begin);
	run(&work);
	announce(QEMU_PLUGIN_DISCON_INTERRUPT, WORK + 16, IRQ);
	run(&irq);
	run(&iret);
	run(&again);
	run(&mark_end);
	quit();
}

static void counts_by_function_and_class(void **state)
{
	(void)state;
	/* The last instruction of an interrupt is its own: the cut is before it. */
	assert_string_equal(output_of(work_and_irq),
			    "region\t0\t1\t1\t0\n"
			    "task\twork\t5\t1\t3\t1\t1\t1\t1\t1\n"
			    "irq\tasm_sysvec_apic_timer_interrupt\t4\t1\t1\t0\t1\t0\t1\t1\n"
			    "end\t1\n");
}

static void callback_of_rcu(void)
{
	struct qemu_plugin_tb batch, freeing, back;

	load();
	block(&batch, RCU, 2, INSN(NOP), INSN(CALL));
	block(&freeing, FREE, 4, INSN(NOP), INSN(LOAD), INSN(NOP), INSN(RET));
	block(&back, RCU + 16, 1, INSN(NOP));
	run(&mark_begin);
	run(&batch);
	run(&freeing);
	run(&back);
	run(&mark_end);
	quit();
}

static void a_block_is_of_the_class_that_it_enters(void **state)
{
	(void)state;
	assert_string_equal(output_of(callback_of_rcu),
			    "region\t0\t1\t0\t0\n"
			    "task\trcu_do_batch\t3\t1\t0\t0\t0\t0\t1\t0\n"
			    "rcu\tmt_free_rcu\t4\t1\t1\t0\t1\t0\t1\t1\n"
			    "end\t1\n");
}

static void refilling(void)
{
	struct qemu_plugin_tb work, slow, after;

	load();
	block(&work, WORK, 1, INSN(CALL));
	block(&slow, REFILL, 2, INSN(NOP), INSN(RET));
	block(&after, WORK + 16, 1, INSN(NOP));
	run(&mark_begin);
	run(&work);
	access_memory(&work.insns[0], 0x7ff8, true);
	run(&slow);
	access_memory(&slow.insns[1], 0x7ff8, false);
	run(&after);
	run(&mark_end);
	quit();
}

static void a_refill_ends_where_it_was_called(void **state)
{
	(void)state;
	assert_string_equal(output_of(refilling),
			    "region\t0\t1\t0\t0\n"
			    "task\twork\t2\t1\t0\t1\t0\t1\t1\t1\n"
			    "refill\t___slab_alloc\t2\t1\t1\t0\t1\t0\t1\t1\n"
			    "end\t1\n");
}

static void wide_and_given_up(void)
{
	struct qemu_plugin_tb wide, edge, page;

	load();
	block(&wide, WORK, 1, INSN(LOCK_CMPXCHG16B));
	/* QEMU gives the last up, and begins a block with it. */
	block(&edge, WORK + 0xffb, 2, INSN(NOP), INSN(LOAD));
	block(&page, WORK + 0xffc, 1, INSN(LOAD));
	run(&mark_begin);
	begin(&wide);
	for (int store = 0; store < 2; store++) {
		access_memory(&wide.insns[0], 0x1000, store);
		access_memory(&wide.insns[0], 0x1008, store);
	}
	begin(&edge);
	grant(edge.insns[0].wishes, edge.insns[0].nr_wishes);
	run(&page);
	run(&mark_end);
	quit();
}

static void sixteen_bytes_are_one_access(void **state)
{
	(void)state;
	assert_string_equal(output_of(wide_and_given_up),
			    "region\t0\t1\t0\t0\n"
			    "task\twork\t3\t1\t2\t1\t1\t1\t2\t1\n"
			    "end\t1\n");
}

static void touch_objects(void)
{
	const struct version *v = PLUGIN_API > 1 ? &new_kernel : &old_kernel;
	struct qemu_plugin_tb work, irq, iret;

	make_guest(v);
	memcpy(ram + TEXT, NOP, 1);
	load_with("memory=32M");
	block(&work, WORK, 5, INSN(NOP), INSN(LOAD), INSN(STORE_INSN),
	      INSN(PERCPU_LOAD), INSN(CALL));
	block(&irq, IRQ, 2, INSN(NOP), INSN(LOAD));
	block(&iret, IRQ + 16, 1, INSN(IRETQ));
	access_memory(&work.insns[4], direct(v, TASK_STACK + 0x1008), true);
	run(&mark_begin);
	begin(&work);
	access_memory(&work.insns[1], direct(v, SLAB), false);
	access_memory(&work.insns[2], direct(v, SLAB + 8), true);
	access_memory(&work.insns[1], direct(v, SLAB + 64), false);
	access_memory(&work.insns[3], direct(v, PERCPU), false);
	access_memory(&work.insns[4], direct(v, TASK_STACK), true);
	announce(QEMU_PLUGIN_DISCON_INTERRUPT, WORK, IRQ);
	begin(&irq);
	access_memory(&irq.insns[1], direct(v, SLAB + 128), false);
	begin(&iret);
	grant(iret.insns[0].wishes, iret.insns[0].nr_wishes);
	run(&mark_end);
	run(&mark_begin);
	begin(&work);
	access_memory(&work.insns[2], direct(v, SLAB), true);
	run(&mark_end);
	quit();
}

static void lines_are_of_objects(void **state)
{
	const char *text = output_of(touch_objects);

	(void)state;
	assert_non_null(strstr(text, "object\t[stack]\t0\t1\n"
				     "object\t[percpu]\t1\t0\n"
				     "object\tvm_area_struct\t2\t1\n"
				     "region\t1\t1\t0\t0\n"));
	assert_non_null(strstr(text, "object\tvm_area_struct\t0\t1\nend\t2\n"));
}

static void touch_struct_pages(void)
{
	const struct version *v = PLUGIN_API > 1 ? &new_kernel : &old_kernel;
	struct qemu_plugin_tb work;

	make_guest(v);
	memcpy(ram + TEXT, NOP, 1);
	load_with("memory=32M");
	block(&work, WORK, 2, INSN(NOP), INSN(LOAD));
	run(&mark_begin);
	begin(&work);
	access_memory(&work.insns[1], v->paging->vmemmap + 64, false);
	access_memory(&work.insns[1], v->paging->vmemmap + 4096, false);
	access_memory(&work.insns[1], direct(v, SLAB), false);
	run(&mark_end);
	quit();
}

/* Which of them share a page is up to the frames that the allocator has at hand. */
static void struct_pages_are_lines_and_no_pages(void **state)
{
	(void)state;
	assert_non_null(strstr(output_of(touch_struct_pages),
			       "task\twork\t2\t1\t3\t0\t3\t0\t1\t1\n"
			       "object\t[struct page]\t2\t0\n"));
}

static void fill_caches(void)
{
	struct qemu_plugin_tb work, irq, iret;

	load_with("model=l1i:1K:2/l1d:1K:2/l2:4K:4/dtlb:4:4");
	block(&work, WORK, 3, INSN(NOP), INSN(LOAD), INSN(STORE_INSN));
	block(&irq, IRQ, 2, INSN(NOP), INSN(LOAD));
	block(&iret, IRQ + 64, 1, INSN(IRETQ));
	run(&work); /* no operation */
	for (int i = 0; i < 2; i++) {
		run(&mark_begin);
		run(&work);
		announce(QEMU_PLUGIN_DISCON_INTERRUPT, WORK, IRQ);
		begin(&irq);
		access_memory(&irq.insns[1], PAGE + 64, false);
		begin(&iret);
		grant(iret.insns[0].wishes, iret.insns[0].nr_wishes);
		access_memory(&work.insns[1], SAME_PAGE + 128, false);
		run(&mark_end);
	}
	quit();
}

static void no_geometry(void)
{
	load_with("model=l1i:1K:2");
}

static void a_model_keeps_what_operations_leave(void **state)
{
	const char *text = output_of(fill_caches), *first = strstr(text, "model");
	char said[256];

	(void)state;
	assert_non_null(first);
	assert_memory_equal(first, "model\t1\t2\t3\t2\nregion\t1\t", 23);
	assert_non_null(strstr(first, "model\t0\t0\t0\t0\nend\t2\n"));
	assert_int_equal(in_process(no_geometry, said, sizeof(said)), 1);
	assert_non_null(strstr(said, "no geometry of caches: l1i:1K:2"));
}

static void unknown_memory(void)
{
	struct qemu_plugin_tb work;

	load_with("memory=32M");
	block(&work, WORK, 2, INSN(NOP), INSN(LOAD));
	run(&mark_begin);
	run(&work);
	run(&mark_end);
	quit();
}

static void no_memory(void)
{
	load_with("memory=32MB");
}

static void lines_do_not_need_objects(void **state)
{
	char said[256];

	(void)state;
	assert_string_equal(output_of(unknown_memory),
			    "region\t0\t1\t0\t0\n"
			    "task\twork\t2\t1\t1\t0\t1\t0\t1\t1\n"
			    "no-objects\tQEMU does not say where the guest's memory is\n"
			    "end\t1\n");
	assert_int_equal(in_process(no_memory, said, sizeof(said)), 1);
	assert_non_null(strstr(said, "no size of memory: 32MB"));
}

static void fault(void)
{
	struct qemu_plugin_tb stub;

	load();
	block(&stub, FAULT, 2, INSN(NOP), INSN(IRETQ));
	run(&mark_begin);
	announce(QEMU_PLUGIN_DISCON_EXCEPTION, WORK, WORK);
	announce(QEMU_PLUGIN_DISCON_INTERRUPT, WORK, FAULT);
	run(&stub);
	run(&mark_end);
	quit();
}

static void a_fault_is_the_task_s_own(void **state)
{
	(void)state;
	assert_string_equal(output_of(fault),
			    "region\t0\t1\t0\t0\n"
			    "task\tasm_exc_page_fault\t2\t1\t0\t0\t0\t0\t1\t0\n"
			    "end\t1\n");
}

/* What a region of a block at WORK says that touches memory as @touch has it. */
static struct qemu_plugin_tb touching;
static void (*touch_memory)(void);

static void read_at(uint64_t at)
{
	access_memory(&touching.insns[0], at, false);
}

static void write_at(uint64_t at)
{
	access_memory(&touching.insns[0], at, true);
}

static void work_and_touch(void)
{
	load();
	block(&touching, WORK, 1, INSN(NOP));
	run(&mark_begin);
	run(&touching);
	touch_memory();
	run(&mark_end);
	quit();
}

/* @counts: loads, stores, lines read, written and executed, pages */
static void assert_touched(void (*memory)(void), const char *counts)
{
	char wanted[128];

	touch_memory = memory;
	snprintf(wanted, sizeof(wanted),
		 "region\t0\t1\t0\t0\ntask\twork\t1\t1\t%s\nend\t1\n", counts);
	assert_string_equal(output_of(work_and_touch), wanted);
}

static void walk_twice(void)
{
	for (int pass = 0; pass < 2; pass++)
		for (uint64_t at = 0; at < 4 * 4096; at += 64)
			read_at(PAGE + at);
}

static void read_and_write(void)
{
	read_at(PAGE);
	write_at(PAGE + 8);
	read_at(PAGE + 56);
	write_at(PAGE + 64);
}

static void across_lines(void)
{
	read_at(PAGE + 57);	 /* two lines */
	read_at(PAGE + 128 - 7); /* one more */
	write_at(PAGE + 4095);	 /* two lines on two pages */
	access_bytes(&touching.insns[0], PAGE + 256 - 15, true, BYTES_16);
}

static void mapped_twice(void)
{
	read_at(PAGE + 64);
	read_at(SAME_PAGE + 64);
	write_at(SAME_PAGE + 64);
	write_at(PAGE + 64);
	read_at(SAME_PAGE + 128);
}

static void mapped_anew(void)
{
	read_at(0x1000);
	user_page = 0x2000;
	read_at(0x1000);
	user_page = 0x1000;
	read_at(0x1000);
}

static void of_a_device(void)
{
	read_at(IO_PAGE);
	write_at(IO_PAGE);
}

/* More than there is room for at first, and than are found fast. */
static void many_lines(void)
{
	for (uint64_t line = 0; line < 5000; line++)
		read_at(0xffff888000100000ull + 64 * line);
	for (uint64_t line = 0; line < 5000; line++)
		write_at(0xffff888000100000ull + 64 * line);
	for (uint64_t line = 0; line < 5000; line++)
		read_at(0xffff888000100000ull + 64 * line);
}

static void fast_again(void)
{
	size_t before;

	read_at(PAGE);
	before = nr_translations;
	read_at(PAGE + 8);
	assert_int_equal(nr_translations, before);
}

static void each_line_of_memory_counts_once(void **state)
{
	(void)state;
	assert_touched(walk_twice, "512\t0\t256\t0\t1\t4");
	assert_touched(read_and_write, "2\t2\t1\t2\t1\t1");
	assert_touched(across_lines, "2\t2\t3\t4\t1\t2");
	assert_touched(mapped_twice, "3\t2\t2\t1\t1\t1");
	assert_touched(mapped_anew, "3\t0\t2\t0\t1\t2");
	assert_touched(of_a_device, "1\t1\t0\t0\t1\t0");
	assert_touched(many_lines, "10000\t5000\t5000\t5000\t1\t79");
	assert_touched(fast_again, "2\t0\t1\t0\t1\t1");
}

static void nowhere(void)
{
	read_at(NO_PAGE);
}

static void says_where_memory_is_not_known(void **state)
{
	char said[256];

	(void)state;
	touch_memory = nowhere;
	assert_int_equal(in_process(work_and_touch, said, sizeof(said)), 1);
	assert_non_null(strstr(said, "does not know where memory lies"));
}

static void two_functions(void)
{
	struct qemu_plugin_tb first, second;

	load();
	block(&first, EARLY, 1, INSN(NOP));
	block(&second, WORK, 1, INSN(NOP));
	for (int i = 0; i < 2; i++) {
		run(&mark_begin);
		run(&second);
		access_memory(&second.insns[0], PAGE, i);
		run(&first);
		access_memory(&first.insns[0], PAGE, false);
		access_memory(&second.insns[0], PAGE, false);
		access_memory(&first.insns[0], PAGE, true);
		run(&mark_end);
		access_memory(&first.insns[0], PAGE + 64, true); /* in no region */
	}
	quit();
}

/* The second region touches what the first has touched, first of all writing it. */
static void the_first_function_has_the_line(void **state)
{
	(void)state;
	assert_string_equal(output_of(two_functions),
			    "region\t0\t1\t0\t0\n"
			    "task\twork\t1\t1\t2\t0\t1\t0\t1\t1\n"
			    "task\tearly_handler\t1\t1\t1\t1\t0\t1\t1\t0\n"
			    "region\t1\t1\t0\t0\n"
			    "task\twork\t1\t1\t1\t1\t0\t1\t1\t1\n"
			    "task\tearly_handler\t1\t1\t1\t1\t1\t0\t1\t0\n"
			    "end\t2\n");
}

static void interrupted(void)
{
	struct qemu_plugin_tb work, irq, iret;

	load();
	block(&work, WORK, 1, INSN(NOP));
	block(&irq, IRQ, 1, INSN(NOP));
	block(&iret, IRQ + 64, 2, INSN(NOP), INSN(IRETQ));
	run(&mark_begin);
	run(&work);
	access_memory(&work.insns[0], PAGE, false);
	access_memory(&work.insns[0], OTHER_PAGE, true);
	announce(QEMU_PLUGIN_DISCON_INTERRUPT, WORK, IRQ);
	run(&irq);
	access_memory(&irq.insns[0], PAGE, false);
	access_memory(&irq.insns[0], PAGE + 64, false);
	access_memory(&irq.insns[0], OTHER_PAGE, true);
	run(&iret);
	access_memory(&iret.insns[1], PAGE + 128, false);
	run(&work);
	access_memory(&work.insns[0], PAGE + 64, false);
	access_memory(&work.insns[0], PAGE + 128, false);
	run(&mark_end);
	quit();
}

static void an_interrupt_takes_no_line_from_the_task(void **state)
{
	(void)state;
	assert_string_equal(output_of(interrupted),
			    "region\t0\t1\t1\t0\n"
			    "task\twork\t2\t2\t3\t1\t3\t1\t1\t2\n"
			    "irq\tasm_sysvec_apic_timer_interrupt\t3\t1\t3\t1\t3\t1\t2\t2\n"
			    "end\t1\n");
}

static void code_and_again(void)
{
	struct qemu_plugin_tb across, retranslated, shared, lower, edge;

	load();
	/* Begins in the last byte of a line. */
	block(&across, WORK + 63, 2, INSN(NOP), INSN(NOP));
	block(&retranslated, WORK + 63, 2, INSN(NOP), INSN(NOP));
	/* Two functions have a line together; that in front comes second. */
	block(&shared, SHARED + 32, 1, INSN(NOP));
	block(&lower, SHARED, 1, INSN(NOP));
	/* The last may be given up, and ends on another line. */
	block(&edge, EARLY + 0xffe, 2, INSN(NOP), INSN(LOAD));
	run(&mark_begin);
	run(&across);
	run(&retranslated);
	run(&shared);
	run(&lower);
	run(&mark_end);
	run(&across); /* in no region */
	run(&mark_begin);
	begin(&edge);
	grant(edge.insns[0].wishes, edge.insns[0].nr_wishes);
	run(&mark_end);
	run(&mark_begin);
	run(&edge);
	run(&mark_end);
	quit();
}

static void each_line_of_code_counts_once(void **state)
{
	(void)state;
	assert_string_equal(output_of(code_and_again),
			    "region\t0\t1\t0\t0\n"
			    "task\twork\t4\t0\t0\t0\t0\t0\t2\t0\n"
			    "task\tin_front\t1\t1\t0\t0\t0\t0\t1\t0\n"
			    "task\tbehind\t1\t1\t0\t0\t0\t0\t0\t0\n"
			    "region\t1\t1\t0\t0\n"
			    "task\tearly_handler\t1\t0\t0\t0\t0\t0\t1\t0\n"
			    "region\t2\t1\t0\t0\n"
			    "task\tearly_handler\t2\t0\t1\t0\t1\t0\t2\t1\n"
			    "end\t3\n");
}

static void unknown_entry(void)
{
	load();
	announce(QEMU_PLUGIN_DISCON_INTERRUPT, WORK, EARLY);
	announce(QEMU_PLUGIN_DISCON_INTERRUPT, WORK, IRQ);
}

static void unannounced_entry(void)
{
	struct qemu_plugin_tb stub;

	load();
	block(&stub, IRQ, 1, INSN(NOP));
	run(&stub);
}

static void irq_at_a_fault_s_stub(void)
{
	struct qemu_plugin_tb stub;

	load();
	block(&stub, FAULT, 1, INSN(NOP));
	announce(QEMU_PLUGIN_DISCON_INTERRUPT, WORK, FAULT);
	run(&stub);
}

static void what_qemu_announces_has_to_agree(void **state)
{
	char said[256];
	int expected = PLUGIN_API >= 3;

	(void)state;
	assert_int_equal(in_process(unknown_entry, said, sizeof(said)), expected);
	if (expected)
		assert_non_null(strstr(said,
				       "entered no known stub: early_handler"));
	assert_int_equal(in_process(unannounced_entry, said, sizeof(said)),
			 expected);
	if (expected)
		assert_non_null(strstr(said,
				       "no interrupt that enters: asm_sysvec_"));
	assert_int_equal(in_process(irq_at_a_fault_s_stub, said, sizeof(said)),
			 expected);
	if (expected)
		assert_non_null(strstr(said,
				       "no exception that enters: asm_exc_page_fault"));
}

static void two_cpus(void)
{
	qemu_info_t info = this_qemu(2);
	char *argv[] = { symbols_arg, out_arg };

	qemu_plugin_install(42, &info, 2, argv);
}

static void probe(void)
{
	qemu_info_t info = this_qemu(0);
	char *argv[] = { (char *)"probe=on" };

	qemu_plugin_install(42, &info, 1, argv);
	exit(3);
}

static void another_target(void)
{
	qemu_info_t info = this_qemu(0);
	char *argv[] = { (char *)"probe=on" };

	info.target_name = "aarch64";
	errno = EBADF;
	qemu_plugin_install(42, &info, 1, argv);
	exit(3);
}

static void newer(void)
{
	qemu_info_t info = this_qemu(1);
	char *argv[] = { (char *)"probe=on" };

	info.version.cur++;
	qemu_plugin_install(42, &info, 1, argv);
	exit(3);
}

static void knows_where_it_cannot_count(void **state)
{
	char said[256];

	(void)state;
	assert_int_equal(in_process(two_cpus, said, sizeof(said)), 1);
	assert_non_null(strstr(said, "one CPU only"));
	assert_int_equal(in_process(probe, said, sizeof(said)), 0);
	assert_non_null(strstr(said, "vmabench-insns: API"));
	assert_int_equal(in_process(another_target, said, sizeof(said)), 1);
	assert_non_null(strstr(said, "another target: aarch64: not usable"));
	/* Of the others, QEMU says so itself. */
	assert_int_equal(in_process(newer, said, sizeof(said)), PLUGIN_API == 2);
}

static int make_folder(void **state)
{
	FILE *f;

	(void)state;
	if (!mkdtemp(folder))
		return 1;
	sprintf(symbols_arg, "symbols=%s/symbols", folder);
	sprintf(out_arg, "out=%s/out", folder);
	f = fopen(symbols_arg + strlen("symbols="), "w");
	if (!f)
		return 1;
	fputs(symbols_text, f);
	return fclose(f);
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(symbols_arg + strlen("symbols="));
	unlink(out_arg + strlen("out="));
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_by_function_and_class),
		cmocka_unit_test(a_block_is_of_the_class_that_it_enters),
		cmocka_unit_test(a_refill_ends_where_it_was_called),
		cmocka_unit_test(sixteen_bytes_are_one_access),
		cmocka_unit_test(a_fault_is_the_task_s_own),
		cmocka_unit_test(each_line_of_memory_counts_once),
		cmocka_unit_test(says_where_memory_is_not_known),
		cmocka_unit_test(the_first_function_has_the_line),
		cmocka_unit_test(an_interrupt_takes_no_line_from_the_task),
		cmocka_unit_test(each_line_of_code_counts_once),
		cmocka_unit_test(lines_are_of_objects),
		cmocka_unit_test(struct_pages_are_lines_and_no_pages),
		cmocka_unit_test(lines_do_not_need_objects),
		cmocka_unit_test(a_model_keeps_what_operations_leave),
		cmocka_unit_test(what_qemu_announces_has_to_agree),
		cmocka_unit_test(knows_where_it_cannot_count),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
