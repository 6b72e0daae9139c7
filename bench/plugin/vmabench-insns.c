// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * QEMU TCG plugin: instructions executed and cache lines touched between markers, by
 * kernel function and by class.
 *
 * Every translated block belongs to the function that its first instruction
 * lies in, and counts how often it executes. The addition is inline code in the
 * block: there is no call on the fast path. What a region cost, and which lines of
 * code it executed, follows from the difference of all counters between two cuts, and
 * cuts are made at the markers and where an interrupt enters and leaves.
 *
 * Accesses to memory call the plugin, and are counted at once, for the class that the
 * kernel is in. The first one of a region and class that reads a line, or writes it,
 * charges its function with that. There is one set of lines a class, so that an
 * interrupt takes none from the task that it lands in.
 *
 * Five classes are kept apart. "task" is kernel code that runs on behalf of the
 * system call, its page faults included; "irq" is what runs between the entry
 * of an interrupt and the IRET that ends it, softirqs included; "rcu" is what
 * the callbacks cost that free what earlier operations left (VMAs, maple nodes,
 * page tables), wherever they run; "refill" is what the slab and page allocators
 * do, for the task or a callback, when one of their caches is empty or full: which
 * operation meets that is left over from all that ran before; "user" is everything
 * below the kernel half of the address space.
 *
 * A marker in the middle of a block would be counted with the block's start.
 * Blocks that hold a marker are therefore counted instruction by instruction,
 * the marker itself not at all.
 *
 * One CPU only: counters are not per CPU. The guest has one.
 *
 * Given the size of the guest's memory, the plugin reads that, and says which object of
 * the kernel the lines of the task are in.
 *
 * An interrupt is known by the stub that it enters. QEMU from 10.2 on says of each
 * interrupt and exception where it goes: every one must then enter a stub, and
 * every stub must be entered by one.
 *
 * Arguments: symbols=FILE (lines "ADDRESS t NAME"), out=FILE, memory=SIZE (bytes, or K
 * or M of them), stacks=FILE, model=GEOMETRY. The last two ask for chains of callers, and
 * for misses in a model of caches (model.h), at the price of a call for every block.
 * Alone, probe=on ends QEMU at once: it has taken the plugin.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api.h"
#include "lines.h"
#include "marker.h"
#include "model.h"
#include "number.h"
#include "objects.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT int qemu_plugin_version = PLUGIN_API;

#define KERNEL_HALF (1ull << 63)
#define INSN_BYTES_MAX 15 /* of x86 */

enum insn_class {
	CLASS_TASK,
	CLASS_IRQ,
	CLASS_RCU,
	CLASS_REFILL,
	CLASS_USER,
	NR_CLASSES
};

static const char *const class_names[NR_CLASSES] = { "task", "irq", "rcu",
						     "refill", "user" };

/* What a function had of a region. */
struct counter {
	uint64_t insns;
	uint64_t calls;
	uint64_t loads;
	uint64_t stores;
	uint64_t lines_read;
	uint64_t lines_written;
	uint64_t lines_code;
	uint64_t pages;
};

struct function {
	uint64_t addr;
	const char *name;
	bool enters_irq; /* interrupt entry stub */
	bool stub_table; /* many of them, one after the other */
	bool enters_exc; /* exception entry stub: the task's own doing */
	bool switches;	 /* leaves the task */
	bool enters_rcu; /* callback that frees what mm left */
	bool leaves_rcu; /* calls callbacks */
	bool refills;	 /* an allocator's slow path */
};

static struct function *functions; /* sorted; [0] is "[unknown]" */
static size_t nr_functions;

/* How a block ends says how the next one was reached, see on_block(). */
enum block_end {
	END_OTHER,
	END_CALL,
	END_RETURN
};

/*
 * Code that is executed as a whole. What is translated again, as QEMU had no room for it
 * or executes less of it at a time, is the same block if it has the same bounds.
 */
struct block {
	uint64_t vaddr;
	uint32_t bytes;
	uint32_t insns;
	uint32_t function; /* of the kernel */
	bool enters;	   /* it */
	enum block_end end;
};

/* All that is ever translated in a guest; a scoreboard cannot grow. */
#define NR_BLOCKS_MAX (1u << 18) /* a multiple of CUT_BLOCKS */
static struct block *blocks;
static size_t nr_blocks;
static uint64_t *executed; /* how often, by block: what translated code adds to */
static uint64_t *executed_cut; /* the same at the last cut */
static uint32_t *block_hash;   /* indices of blocks, plus 1 */
#define BLOCK_HASH_ROOM (2 * NR_BLOCKS_MAX)

/* The region that is open. */
static enum marker_id region;
static struct counter *bill[NR_CLASSES]; /* by function; of user space all is [0] */
static uint32_t *billed;		 /* functions that any bill has */
static bool *is_billed;
static size_t nr_billed;
static uint64_t nr_regions;
static uint64_t nr_irqs;
static uint64_t nr_switches;

/*
 * What it has touched, as 1 << (2 * class + whether it was written), and from
 * OBJECT_SHIFT on the object plus 1.
 */
static struct touched_set data_lines;
static struct recent_lines recent;
/* As 1 << class. */
static struct touched_set data_pages;
/* The key has the class as well: the function plus 1 that is charged with it. */
static struct touched_set code_lines;

#define OBJECT_SHIFT 16

/* Lines of class task by object, where the guest's memory is known. */
static struct objects objects;
static const char *no_objects = "they were not asked for";
static struct {
	uint64_t lines_read, lines_written;
} object_bill[OBJECTS_MAX];

/* Caches that only the task uses, in its operations; what is in them stays. */
static struct model model;
static bool has_model;

/*
 * Nesting of kernel entries other than system calls, as far as it matters: an
 * IRET belongs to the innermost one. Depth is followed outside regions as well.
 */
#define MAX_DEPTH 64
static bool entry_is_irq[MAX_DEPTH];
static unsigned int depth;
static unsigned int irq_depth;
static bool in_rcu;

/* What kernel code counts as. */
static enum insn_class class_now = CLASS_TASK;
static enum insn_class class_of_iret; /* before the last one has changed it */

/*
 * A refill ends when the address is popped that the call of it has pushed, however
 * it jumps meanwhile: known by where on the stack that is.
 */
static bool in_refill;
static unsigned int refill_irq_depth; /* interrupts that it was entered in */
static uint64_t refill_at;
static uint64_t called_at; /* where the last call has pushed */

static FILE *out;

/*
 * Chains of callers: a tree, in which the children of a node are the functions
 * that it called.
 */
struct node {
	uint32_t function;
	uint32_t parent, child, sibling; /* 0: none; the root is 0 */
	uint64_t insns;
};

static FILE *stacks;
static struct node *nodes;
static size_t nr_nodes;
static uint32_t here; /* node that is executing */
static enum block_end last_end;
static uint64_t group; /* regions up to a drain belong together */

static void fatal(const char *what, const char *arg)
{
	fprintf(stderr, "vmabench-insns: %s: %s: %s\n", what, arg,
		errno ? strerror(errno) : "not usable");
	exit(1);
}

/* @memory, unless there is none. */
static void *checked(void *memory, const char *what)
{
	if (!memory)
		fatal("out of memory", what);
	return memory;
}

static size_t function_of(uint64_t addr)
{
	size_t lo = 0, hi = nr_functions;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (functions[mid].addr <= addr)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

static void note_billed(size_t function)
{
	if (is_billed[function])
		return;
	is_billed[function] = true;
	billed[nr_billed++] = (uint32_t)function;
}

static struct touched *checked_touch(struct touched_set *set, uint64_t key)
{
	return checked(touch(set, key), "cache lines");
}

/*
 * Which of two functions was first in a line that they share is not known, as blocks do
 * not say when they execute: it is charged to the one that lies in front.
 */
static void execute_lines(const struct block *b, enum insn_class class)
{
	uint64_t line = b->vaddr / LINE_BYTES;
	uint64_t last = (b->vaddr + b->bytes - 1) / LINE_BYTES;

	for (; line <= last; line++) {
		struct touched *t =
			checked_touch(&code_lines, line * NR_CLASSES + class);

		if (!t->value || t->value > b->function + 1)
			t->value = b->function + 1;
	}
}

/* Charge the functions with lines of code, once they are all known. */
static void bill_code_lines(void)
{
	for (size_t i = 0; i < code_lines.room; i++) {
		const struct touched *t = &code_lines.v[i];

		if (is_touched(&code_lines, t))
			bill[t->key % NR_CLASSES][t->value - 1].lines_code++;
	}
}

/* Lines of the program are of interest where it knows how many there are. */
static bool has_lines(enum insn_class class)
{
	return class != CLASS_USER || region == MARKER_CALIBRATE;
}

static void bill_block(const struct block *b, enum insn_class class,
		       uint64_t times)
{
	struct counter *to;

	if (!(b->vaddr & KERNEL_HALF))
		class = CLASS_USER;
	to = &bill[class][b->function];
	to->insns += times * b->insns;
	if (b->enters)
		to->calls += times;
	note_billed(b->function);
	if (has_lines(class))
		execute_lines(b, class);
}

/* How many blocks are compared at a time: most have not been executed. */
#define CUT_BLOCKS 64

static void cut_blocks(size_t first, enum insn_class class)
{
	for (size_t i = first; i < first + CUT_BLOCKS; i++) {
		uint64_t times = executed[i] - executed_cut[i];

		if (!times)
			continue;
		executed_cut[i] = executed[i];
		bill_block(&blocks[i], class, times);
	}
}

/* Charge all that was executed since the last cut to a class. */
static void make_cut(enum insn_class class)
{
	for (size_t i = 0; i < nr_blocks; i += CUT_BLOCKS)
		if (memcmp(&executed[i], &executed_cut[i],
			   CUT_BLOCKS * sizeof(*executed)))
			cut_blocks(i, class);
}

static enum insn_class kernel_class(void)
{
	if (in_refill && irq_depth == refill_irq_depth)
		return CLASS_REFILL;
	return in_rcu ? CLASS_RCU : irq_depth ? CLASS_IRQ : CLASS_TASK;
}

/* Something has happened that may change what kernel code counts as. */
static void see_class(void)
{
	enum insn_class class = kernel_class();

	if (class == class_now)
		return;
	if (region)
		make_cut(class_now);
	class_now = class;
}

static void stacks_clear(void)
{
	nr_nodes = 1;
	nodes[0] = (struct node){ 0 };
	here = 0;
}

static uint32_t child_of(uint32_t parent, uint32_t function)
{
	static size_t room;
	uint32_t n = nodes[parent].child;

	while (n && nodes[n].function != function)
		n = nodes[n].sibling;
	if (n)
		return n;
	if (nr_nodes >= room) {
		room = room ? 2 * room : 4096;
		nodes = checked(reallocarray(nodes, room, sizeof(*nodes)),
				"stacks");
	}
	n = (uint32_t)nr_nodes++;
	nodes[n] = (struct node){ .function = function,
				  .parent = parent,
				  .sibling = nodes[parent].child };
	nodes[parent].child = n;
	return n;
}

/* The innermost frame of a function that is active, or the root. */
static uint32_t frame_of(uint32_t function)
{
	uint32_t n = here;

	while (n && nodes[n].function != function)
		n = nodes[n].parent;
	return n;
}

static void on_block(unsigned int vcpu, void *udata)
{
	const struct block *b = udata;

	if (region != MARKER_OP)
		return;
	if (!here ||
	    (last_end == END_CALL && b->vaddr == functions[b->function].addr)) {
		here = child_of(here, b->function);
	} else if (last_end == END_RETURN) {
		uint32_t caller = frame_of(b->function);

		here = caller ? caller
			      : child_of(nodes[here].parent, b->function);
	} else if (nodes[here].function != b->function) {
		/* A jump to another function: it returns to our caller. */
		here = child_of(nodes[here].parent, b->function);
	}
	nodes[here].insns += b->insns;
	last_end = b->end;
}

/* The one that may be given up, see may_be_given_up(). */
static void on_last_insn(unsigned int vcpu, void *udata)
{
	if (region == MARKER_OP)
		nodes[here].insns++;
}

static void print_chain(uint32_t n)
{
	if (nodes[n].parent) {
		print_chain(nodes[n].parent);
		fputc(';', stacks);
	}
	fputs(functions[nodes[n].function].name, stacks);
}

static void stacks_print(void)
{
	for (uint32_t n = 1; n < nr_nodes; n++) {
		if (!nodes[n].insns)
			continue;
		fprintf(stacks, "%" PRIu64 "\t%" PRIu64 "\t", group,
			nodes[n].insns);
		print_chain(n);
		fputc('\n', stacks);
	}
	group++;
	stacks_clear();
}

static void region_begin(enum marker_id id)
{
	memcpy(executed_cut, executed, nr_blocks * sizeof(*executed));
	touched_clear(&data_lines);
	touched_clear(&data_pages);
	touched_clear(&code_lines);
	nr_irqs = 0;
	nr_switches = 0;
	here = 0;
	last_end = END_OTHER;
	for (int i = 0; i < NR_MODEL_CACHES; i++)
		model.v[i].misses = 0;
	region = id;
}

static bool is_empty(const struct counter *c)
{
	static const struct counter empty;

	return !memcmp(c, &empty, sizeof(*c));
}

static void print_counter(const char *what, const char *name,
			  const struct counter *c)
{
	if (is_empty(c))
		return;
	fprintf(out,
		"%s\t%s\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64
		"\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n",
		what, name, c->insns, c->calls, c->loads, c->stores,
		c->lines_read, c->lines_written, c->lines_code, c->pages);
}

static int by_index(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void print_objects(void)
{
	for (unsigned int i = 0; i < nr_objects(&objects); i++) {
		uint64_t r = object_bill[i].lines_read;
		uint64_t w = object_bill[i].lines_written;

		if (r || w)
			fprintf(out, "object\t%s\t%" PRIu64 "\t%" PRIu64 "\n",
				object_name(&objects, i), r, w);
		object_bill[i].lines_read = object_bill[i].lines_written = 0;
	}
}

static void print_model(void)
{
	if (!has_model)
		return;
	fputs("model", out);
	for (int i = 0; i < NR_MODEL_CACHES; i++)
		fprintf(out, "\t%" PRIu64, model.v[i].misses);
	fputc('\n', out);
}

static void region_end(void)
{
	make_cut(class_now);
	bill_code_lines();

	fprintf(out, "region\t%" PRIu64 "\t%d\t%" PRIu64 "\t%" PRIu64 "\n",
		nr_regions++, region, nr_irqs, nr_switches);
	if (stacks && region == MARKER_DRAIN)
		stacks_print();
	qsort(billed, nr_billed, sizeof(*billed), by_index);
	for (int c = 0; c < CLASS_USER; c++)
		for (size_t i = 0; i < nr_billed; i++)
			print_counter(class_names[c], functions[billed[i]].name,
				      &bill[c][billed[i]]);
	print_counter(class_names[CLASS_USER], "[user]", &bill[CLASS_USER][0]);
	print_objects();
	print_model();

	for (size_t i = 0; i < nr_billed; i++) {
		is_billed[billed[i]] = false;
		for (int c = 0; c < CLASS_USER; c++)
			bill[c][billed[i]] = (struct counter){ 0 };
	}
	bill[CLASS_USER][0] = (struct counter){ 0 };
	nr_billed = 0;
	region = MARKER_END;
}

static void on_marker(unsigned int vcpu, void *udata)
{
	enum marker_id id = (uintptr_t)udata;

	if (id == MARKER_END) {
		if (region)
			region_end();
		return;
	}
	if (id <= MARKER_LAST)
		region_begin(id);
}

/*
 * Where QEMU says that an interrupt or an exception goes, until the stub there is
 * entered. On x86 (10.2 to 11.1) it announces an exception where it is raised, with
 * the address of that, and calls both an interrupt when it is delivered.
 */
static bool follows;
static uint64_t entering;
static bool entering_irq;
static bool raised;

static void on_discontinuity(bool is_delivery, uint64_t to)
{
	if (!is_delivery) {
		raised = true;
		return;
	}
	if (entering)
		fatal(entering_irq ? "an interrupt entered no known stub"
				   : "an exception entered no known stub",
		      functions[function_of(entering)].name);
	entering = to;
	entering_irq = !raised;
	raised = false;
}

static void check_entry(bool is_irq, const struct function *stub)
{
	if (!follows)
		return;
	if (!entering || entering_irq != is_irq ||
	    &functions[function_of(entering)] != stub)
		fatal(is_irq ? "QEMU knows of no interrupt that enters"
			     : "QEMU knows of no exception that enters",
		      stub->name);
	entering = 0;
}

static void on_irq_entry(unsigned int vcpu, void *udata)
{
	check_entry(true, udata);
	nr_irqs++;
	if (depth < MAX_DEPTH)
		entry_is_irq[depth] = true;
	depth++;
	irq_depth++;
	/* The stub's own block is not counted yet. */
	see_class();
}

static void on_exc_entry(unsigned int vcpu, void *udata)
{
	check_entry(false, udata);
	if (depth < MAX_DEPTH)
		entry_is_irq[depth] = false;
	depth++;
}

static void on_iret(unsigned int vcpu, void *udata)
{
	class_of_iret = class_now;
	if (!depth) /* slow way out of a system call */
		return;
	depth--;
	if (depth < MAX_DEPTH && entry_is_irq[depth]) {
		irq_depth--;
		see_class();
	}
}

static void on_switch(unsigned int vcpu, void *udata)
{
	/*
	 * Entries of the task that goes are resumed with it; those of the one
	 * that comes are not known. Interrupts switch tasks only on their way
	 * out to user space, when nothing is nested.
	 */
	depth = 0;
	irq_depth = 0;
	in_refill = false;
	nr_switches++;
	see_class();
}

static void on_rcu_entry(unsigned int vcpu, void *udata)
{
	in_rcu = true;
	see_class();
}

/* Any block of rcu_core(), into which rcu_do_batch() is inlined: it is over. */
static void on_rcu_exit(unsigned int vcpu, void *udata)
{
	in_rcu = false;
	see_class();
}

static void on_call(unsigned int vcpu, qemu_plugin_meminfo_t info,
		    uint64_t vaddr, void *udata)
{
	if (!qemu_plugin_mem_is_store(info))
		return;
	called_at = vaddr;
	/* Interrupts have a stack of their own. */
	if (!irq_depth)
		objects.stack = vaddr;
}

/* What an interrupt does is its own, but for callbacks. */
static void on_refill_entry(unsigned int vcpu, void *udata)
{
	if (in_refill || (irq_depth && !in_rcu))
		return;
	in_refill = true;
	refill_irq_depth = irq_depth;
	refill_at = called_at;
	see_class();
}

static void on_return(unsigned int vcpu, qemu_plugin_meminfo_t info,
		      uint64_t vaddr, void *udata)
{
	if (!in_refill || vaddr != refill_at || qemu_plugin_mem_is_store(info))
		return;
	in_refill = false;
	see_class();
}

/* The physical address of an access; false if it is I/O. */
static bool find_physical(qemu_plugin_meminfo_t info, uint64_t vaddr,
			  uint64_t *phys)
{
	struct qemu_plugin_hwaddr *hwaddr = qemu_plugin_get_hwaddr(info, vaddr);

	errno = 0; /* QEMU's */
	if (!hwaddr)
		fatal("QEMU does not know where memory lies that was accessed",
		      "physical address");
	if (qemu_plugin_hwaddr_is_io(hwaddr))
		return false;
	*phys = qemu_plugin_hwaddr_phys_addr(hwaddr);
	return true;
}

/* An object is looked for when its line is touched first: then it is alive. */
static void charge_object(struct touched *t, uint64_t vaddr, bool store)
{
	uint32_t object;

	if (!(t->value >> OBJECT_SHIFT))
		t->value |= (objects_of(&objects, vaddr) + 1) << OBJECT_SHIFT;
	object = (t->value >> OBJECT_SHIFT) - 1;
	if (store)
		object_bill[object].lines_written++;
	else
		object_bill[object].lines_read++;
}

/* Has the class not yet touched the line so, it is charged to the counter. */
static void touch_physical(uint64_t vaddr, uint64_t phys, enum insn_class class,
			   bool store, struct counter *counter)
{
	struct touched *t = checked_touch(&data_lines, phys / LINE_BYTES);
	uint32_t bit = 1u << (2 * class + store);
	uint32_t before = t->value;

	if (before & bit)
		return;
	t->value |= bit;
	if (store)
		counter->lines_written++;
	else
		counter->lines_read++;
	if (class == CLASS_TASK && !no_objects)
		charge_object(t, vaddr, store);
	/* Of how many frames struct pages share a page is up to the boot. */
	if (before & (3u << 2 * class) || is_struct_page(&objects, vaddr))
		return;
	t = checked_touch(&data_pages, phys / PAGE_BYTES);
	counter->pages += !(t->value & (1u << class));
	t->value |= 1u << class;
}

static bool fills_model(enum insn_class class)
{
	return has_model && class == CLASS_TASK && region == MARKER_OP;
}

/* All of it is executed, if not at once. */
static void on_modelled_block(unsigned int vcpu, void *udata)
{
	const struct block *b = udata;

	if (fills_model(class_now))
		model_code(&model, b->vaddr, b->bytes);
}

static void touch_line(qemu_plugin_meminfo_t info, uint64_t vaddr,
		       enum insn_class class, bool store, struct counter *counter)
{
	struct touched *t = recent_line(&recent, vaddr / LINE_BYTES);
	uint32_t bit = 1u << (2 * class + store);
	uint64_t phys;

	if (fills_model(class) && find_physical(info, vaddr, &phys))
		model_data(&model, vaddr, phys);
	if (t->key != vaddr / LINE_BYTES || !is_touched(&data_lines, t))
		*t = (struct touched){ .key = vaddr / LINE_BYTES,
				       .operation = data_lines.operation };
	if (t->value & bit)
		return;
	if (!find_physical(info, vaddr, &phys))
		return;
	touch_physical(vaddr, phys, class, store, counter);
	if (vaddr & KERNEL_HALF)
		t->value |= bit;
}

/*
 * A call for every access, where inline code would do: the filter that inline
 * operations have for loads and stores is off by one in QEMU 7.2, which counts
 * stores as loads, and everything as stores.
 */
static void count_access(qemu_plugin_meminfo_t info, uint64_t vaddr,
			 enum insn_class class, size_t function)
{
	struct counter *counter = &bill[class][function];
	bool store = qemu_plugin_mem_is_store(info);
	uint64_t last = vaddr + (1ull << qemu_plugin_mem_size_shift(info)) - 1;

	if (store)
		counter->stores++;
	else
		counter->loads++;
	if (!has_lines(class))
		return;
	touch_line(info, vaddr, class, store, counter);
	for (uint64_t at = (vaddr | (LINE_BYTES - 1)) + 1; at <= last;
	     at += LINE_BYTES)
		touch_line(info, at, class, store, counter);
}

static void on_memory(unsigned int vcpu, qemu_plugin_meminfo_t info,
		      uint64_t vaddr, void *function)
{
	if (region)
		count_access(info, vaddr, class_now, (uintptr_t)function);
}

/* The upper half of 16 bytes is no access of its own. */
static void on_wide_memory(unsigned int vcpu, qemu_plugin_meminfo_t info,
			   uint64_t vaddr, void *function)
{
	if (!(vaddr & 8))
		on_memory(vcpu, info, vaddr, function);
}

/* What an IRET pops is of the interrupt that it ends. */
static void on_iret_memory(unsigned int vcpu, qemu_plugin_meminfo_t info,
			   uint64_t vaddr, void *function)
{
	if (region)
		count_access(info, vaddr, class_of_iret, (uintptr_t)function);
}

/* An access by %gs, which is where the kernel keeps its per-CPU data. */
static void on_percpu(unsigned int vcpu, qemu_plugin_meminfo_t info,
		      uint64_t vaddr, void *udata)
{
	objects_percpu(&objects, vaddr);
}

static void on_user_memory(unsigned int vcpu, qemu_plugin_meminfo_t info,
			   uint64_t vaddr, void *udata)
{
	if (region)
		count_access(info, vaddr, CLASS_USER, 0);
}

static void find_counters(void)
{
	uint64_t *found = api_counters_find();

	if (executed && executed != found)
		fatal("QEMU has moved the counters", "more than one CPU");
	executed = found;
}

/* What counts how often a block executes. */
static uint64_t *block_counter(const struct block *b)
{
	return &executed[b - blocks];
}

static bool same_block(const struct block *a, const struct block *b)
{
	return a->vaddr == b->vaddr && a->bytes == b->bytes &&
	       a->insns == b->insns && a->function == b->function &&
	       a->enters == b->enters && a->end == b->end;
}

/* The block that has these bounds, from now on if there was none. */
static const struct block *find_block(const struct block *wanted)
{
	size_t at = (size_t)((wanted->vaddr * 64 + wanted->insns) *
				     0x9e3779b97f4a7c15ull >>
			     32);

	for (;; at++) {
		uint32_t *slot = &block_hash[at % BLOCK_HASH_ROOM];

		if (*slot && !same_block(&blocks[*slot - 1], wanted))
			continue;
		if (!*slot) {
			errno = ENOSPC;
			if (nr_blocks == NR_BLOCKS_MAX)
				fatal("too much code for the counters",
				      functions[wanted->function].name);
			blocks[nr_blocks++] = *wanted;
			*slot = (uint32_t)nr_blocks;
		}
		return &blocks[*slot - 1];
	}
}

static bool insn_marker(struct qemu_plugin_insn *insn, enum marker_id *id)
{
	uint8_t p[INSN_BYTES_MAX];
	uint32_t imm;

	if (api_insn_bytes(insn, p, sizeof(p)) != 7 || p[0] != 0x0f ||
	    p[1] != 0x1f || p[2] != 0x80)
		return false;
	memcpy(&imm, p + 3, sizeof(imm));
	if ((imm & MARKER_MASK) != MARKER_MAGIC)
		return false;
	*id = imm & ~MARKER_MASK;
	return true;
}

/* Legacy prefixes: lock (a segment's once the kernel runs on one CPU), size, rep. */
static const uint8_t *skip_prefixes(const uint8_t *p)
{
	static const uint8_t prefixes[] = { 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65,
					    0x66, 0x67, 0xf0, 0xf2, 0xf3 };

	while (memchr(prefixes, *p, sizeof(prefixes)))
		p++;
	return p;
}

/*
 * Its 16 bytes are one access, but QEMU (7.2) makes two of them. They are aligned, or
 * the instruction faults.
 */
static bool insn_is_cmpxchg16b(struct qemu_plugin_insn *insn)
{
	uint8_t bytes[INSN_BYTES_MAX + 4];
	const uint8_t *p;

	api_insn_bytes(insn, bytes, sizeof(bytes));
	p = skip_prefixes(bytes);
	return (*p & 0xf8) == 0x48 && p[1] == 0x0f && p[2] == 0xc7 &&
	       (p[3] & 0x38) == 0x08;
}

static bool insn_uses_gs(struct qemu_plugin_insn *insn)
{
	uint8_t bytes[INSN_BYTES_MAX + 4];

	api_insn_bytes(insn, bytes, sizeof(bytes));
	return memchr(bytes, 0x65, (size_t)(skip_prefixes(bytes) - bytes));
}

static enum block_end block_end(struct qemu_plugin_insn *last)
{
	uint8_t bytes[INSN_BYTES_MAX + 4];
	const uint8_t *p;

	api_insn_bytes(last, bytes, sizeof(bytes));
	p = skip_prefixes(bytes);
	if ((*p & 0xf0) == 0x40) /* REX */
		p++;
	if (*p == 0xe8 || (*p == 0xff && (p[1] & 0x38) == 0x10))
		return END_CALL;
	if (*p == 0xc3 || *p == 0xc2 || *p == 0xcf)
		return END_RETURN;
	return END_OTHER;
}

static bool insn_is_iretq(struct qemu_plugin_insn *insn)
{
	uint8_t p[INSN_BYTES_MAX];

	return api_insn_bytes(insn, p, sizeof(p)) == 2 && p[0] == 0x48 &&
	       p[1] == 0xcf;
}

/* How a refill is left, and where it was called from. */
static void follow_calls(struct qemu_plugin_insn *last)
{
	qemu_plugin_vcpu_mem_cb_t cb = NULL;

	switch (block_end(last)) {
	case END_CALL:
		cb = on_call;
		break;
	case END_RETURN:
		cb = on_return;
		break;
	case END_OTHER:
		return;
	}
	qemu_plugin_register_vcpu_mem_cb(last, cb, QEMU_PLUGIN_CB_NO_REGS,
					 QEMU_PLUGIN_MEM_RW, NULL);
}

/*
 * An instruction that lies across two pages begins a block of its own. QEMU finds
 * that out when it has begun to translate it at the end of the block before, gives
 * it up there, and in 7.2 leaves it in the list of that block's instructions:
 * counted with the block, it would be counted twice, and functions would get
 * cheaper or dearer by where they lie. What it attached to the instruction itself
 * is given up with it.
 */
static bool may_be_given_up(struct qemu_plugin_insn *last)
{
	return (qemu_plugin_insn_vaddr(last) & (PAGE_BYTES - 1)) >
	       PAGE_BYTES - INSN_BYTES_MAX;
}

/* What is to be done when a function is entered, or NULL. */
static qemu_plugin_vcpu_udata_cb_t entry_of(const struct function *f)
{
	if (f->enters_irq)
		return on_irq_entry;
	if (f->enters_exc)
		return on_exc_entry;
	if (f->switches)
		return on_switch;
	if (f->enters_rcu)
		return on_rcu_entry;
	if (f->refills)
		return on_refill_entry;
	return NULL;
}

static void follow_chain(struct qemu_plugin_tb *tb, const struct block *b,
			 bool may_lose_last, struct qemu_plugin_insn *last)
{
	qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block,
					     QEMU_PLUGIN_CB_NO_REGS, (void *)b);
	if (may_lose_last)
		qemu_plugin_register_vcpu_insn_exec_cb(last, on_last_insn,
						       QEMU_PLUGIN_CB_NO_REGS,
						       NULL);
}

static void follow_memory(struct qemu_plugin_insn *insn, size_t function)
{
	qemu_plugin_vcpu_mem_cb_t cb = on_memory;

	/* Before the access is charged to what it is known to be. */
	if (!no_objects && insn_uses_gs(insn))
		qemu_plugin_register_vcpu_mem_cb(insn, on_percpu,
						 QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_RW, NULL);
	if (insn_is_cmpxchg16b(insn))
		cb = on_wide_memory;
	else if (insn_is_iretq(insn))
		cb = on_iret_memory;
	qemu_plugin_register_vcpu_mem_cb(insn, cb, QEMU_PLUGIN_CB_NO_REGS,
					 QEMU_PLUGIN_MEM_RW,
					 (void *)(uintptr_t)function);
}

/* @n instructions of a block from @first on, all of them or a single one. */
static struct block bounds(struct qemu_plugin_tb *tb, size_t first, size_t n)
{
	struct qemu_plugin_insn *last =
		qemu_plugin_tb_get_insn(tb, first + n - 1);
	struct block b = {
		.vaddr = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb,
									first)),
		.insns = (uint32_t)n,
	};

	b.bytes = (uint32_t)(qemu_plugin_insn_vaddr(last) +
			     qemu_plugin_insn_size(last) - b.vaddr);
	return b;
}

static void count_insn(struct qemu_plugin_tb *tb, size_t i, size_t function)
{
	struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
	struct block b = bounds(tb, i, 1);
	const struct block *counted;

	b.function = (uint32_t)function;
	counted = find_block(&b);
	if (has_model && b.vaddr & KERNEL_HALF)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_modelled_block,
						       QEMU_PLUGIN_CB_NO_REGS,
						       (void *)counted);
	api_count_insn(insn, block_counter(counted));
}

/* Code of the kernel says where the guest's memory is, where QEMU does. */
static void find_memory(struct qemu_plugin_insn *insn)
{
	static int tries = 16; /* its modules lie elsewhere */
	uint8_t bytes[INSN_BYTES_MAX];
	size_t n = api_insn_bytes(insn, bytes, sizeof(bytes));

	if (!no_objects || !objects.memory.bytes || !tries)
		return;
	tries--;
	no_objects = guest_find(&objects.memory, qemu_plugin_insn_vaddr(insn),
				qemu_plugin_insn_haddr
					? qemu_plugin_insn_haddr(insn)
					: NULL,
				bytes, n);
	errno = 0;
}

/*
 * What may cut comes before what counts: QEMU from 9.0 on has a block do both in the
 * order in which they were asked for. (Before, callbacks ran first in any case.)
 */
static void translate_kernel(struct qemu_plugin_tb *tb)
{
	uint64_t vaddr = qemu_plugin_tb_vaddr(tb);
	size_t n = qemu_plugin_tb_n_insns(tb), f = function_of(vaddr);
	struct qemu_plugin_insn *last = qemu_plugin_tb_get_insn(tb, n - 1);
	size_t sure = n - (n > 1 && may_be_given_up(last));
	bool enters = vaddr == functions[f].addr || functions[f].stub_table;
	struct block wanted = bounds(tb, 0, sure);
	const struct block *b;

	find_memory(qemu_plugin_tb_get_insn(tb, 0));
	wanted.function = (uint32_t)f;
	wanted.enters = enters;
	wanted.end = block_end(last);
	b = find_block(&wanted);

	if (enters && entry_of(&functions[f]))
		qemu_plugin_register_vcpu_tb_exec_cb(tb, entry_of(&functions[f]),
						     QEMU_PLUGIN_CB_NO_REGS,
						     &functions[f]);
	if (functions[f].leaves_rcu)
		qemu_plugin_register_vcpu_tb_exec_cb(tb, on_rcu_exit,
						     QEMU_PLUGIN_CB_NO_REGS,
						     NULL);
	if (has_model)
		qemu_plugin_register_vcpu_tb_exec_cb(tb, on_modelled_block,
						     QEMU_PLUGIN_CB_NO_REGS,
						     (void *)b);
	if (stacks)
		follow_chain(tb, b, sure < n, last);
	if (insn_is_iretq(last))
		qemu_plugin_register_vcpu_insn_exec_cb(last, on_iret,
						       QEMU_PLUGIN_CB_NO_REGS,
						       NULL);

	api_count_block(tb, block_counter(b), 1);
	if (sure < n)
		count_insn(tb, n - 1, f);
	for (size_t i = 0; i < n; i++)
		follow_memory(qemu_plugin_tb_get_insn(tb, i), f);
	/* The access itself still belongs to what it ends. */
	follow_calls(last);
}

static void translate_user(struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);
	struct qemu_plugin_insn *last = qemu_plugin_tb_get_insn(tb, n - 1);
	size_t sure = n - (n > 1 && may_be_given_up(last));
	bool marked = false;
	enum marker_id id;

	for (size_t i = 0; i < n && !marked; i++)
		marked = insn_marker(qemu_plugin_tb_get_insn(tb, i), &id);
	if (!marked) {
		struct block b = bounds(tb, 0, sure);

		api_count_block(tb, block_counter(find_block(&b)), 1);
		if (sure < n)
			count_insn(tb, n - 1, 0);
	}
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		if (marked && insn_marker(insn, &id)) {
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_marker,
							       QEMU_PLUGIN_CB_NO_REGS,
							       (void *)(uintptr_t)
								       id);
			continue;
		}
		if (marked)
			count_insn(tb, i, 0);
		/* Known code in user space is how the plugin is calibrated. */
		if (marked || region == MARKER_CALIBRATE)
			qemu_plugin_register_vcpu_mem_cb(insn, on_user_memory,
							 QEMU_PLUGIN_CB_NO_REGS,
							 QEMU_PLUGIN_MEM_RW,
							 NULL);
	}
}

static void on_translate(struct qemu_plugin_tb *tb)
{
	find_counters();
	if (qemu_plugin_tb_vaddr(tb) & KERNEL_HALF)
		translate_kernel(tb);
	else
		translate_user(tb);
}

static bool starts_with(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

static bool is_mm_callback(const char *name)
{
	static const char *const callbacks[] = {
		"vm_area_free_rcu_cb",
		"mt_free_rcu",
		"mt_free_walk",
		"tlb_remove_table_rcu",
	};

	for (size_t i = 0; i < sizeof(callbacks) / sizeof(*callbacks); i++)
		if (!strcmp(name, callbacks[i]))
			return true;
	return false;
}

/*
 * The slow paths that a fast one calls when a per-CPU slab (up to 6.17), a sheaf
 * (later) or a per-CPU list of pages has to be filled or emptied, or a sheaf itself
 * is allocated (__kmalloc_flags). What gcc makes of a function (name.isra.0) is the
 * same.
 */
static bool is_refill(const char *name)
{
	static const char *const slow_paths[] = {
		"__slab_alloc",
		"___slab_alloc",
		"__pcs_replace_empty_main",
		"__pcs_replace_full_main",
		"refill_objects",
		"__kmalloc_flags_noprof",
		"free_slab",
		"__free_slab",
		"rmqueue_bulk",
		"free_pcppages_bulk",
	};
	size_t len = strcspn(name, ".");

	for (size_t i = 0; i < sizeof(slow_paths) / sizeof(*slow_paths); i++)
		if (strlen(slow_paths[i]) == len &&
		    !strncmp(name, slow_paths[i], len) &&
		    !strstr(name + len, ".cold"))
			return true;
	return false;
}

static int by_address(const void *a, const void *b)
{
	const struct function *x = a, *y = b;

	return (x->addr > y->addr) - (x->addr < y->addr);
}

/*
 * What stands in front of the name in a line "ADDRESS t NAME". By hand: a sscanf() or
 * strtoull() of a new glibc is a symbol that the glibc of an older machine's QEMU lacks.
 */
static bool parse_address(const char **line, struct function *fn)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = *line, *digit;

	for (; *at && (digit = strchr(digits, *at)); at++)
		fn->addr = fn->addr << 4 | (uint64_t)(digit - digits);
	if (at == *line || at[0] != ' ' || !at[1] || !strchr("tTwW", at[1]) ||
	    at[2] != ' ')
		return false;
	*line = at + 3;
	return fn->addr & KERNEL_HALF;
}

/* Returns false where the line is of no function of the kernel. */
static bool parse_symbol(const char *line, struct function *fn)
{
	char name[256];
	size_t len;

	*fn = (struct function){ .addr = 0 };
	if (!parse_address(&line, fn))
		return false;
	len = strcspn(line, " \t\n");
	if (!len || len >= sizeof(name))
		return false;
	memcpy(name, line, len);
	name[len] = '\0';
	/* Tables of stubs, one a vector, that all jump on. */
	fn->stub_table = !strcmp(name, "irq_entries_start") ||
			 !strcmp(name, "spurious_entries_start");
	fn->enters_irq = fn->stub_table || starts_with(name, "asm_sysvec_");
	fn->enters_exc = starts_with(name, "asm_exc_");
	fn->switches = !strcmp(name, "__switch_to_asm");
	fn->enters_rcu = is_mm_callback(name);
	fn->leaves_rcu = !strcmp(name, "rcu_core") ||
			 !strcmp(name, "rcu_do_batch");
	fn->refills = is_refill(name);
	fn->name = checked(strdup(name), "symbols");
	return true;
}

static void add_function(const struct function *fn, size_t *room, const char *path)
{
	if (nr_functions == *room) {
		*room = *room ? 2 * *room : 65536;
		functions = checked(reallocarray(functions, *room,
						 sizeof(*functions)),
				    path);
	}
	functions[nr_functions++] = *fn;
}

static void allocate_counters(const char *path)
{
	blocks = checked(calloc(NR_BLOCKS_MAX, sizeof(*blocks)), path);
	block_hash = checked(calloc(BLOCK_HASH_ROOM, sizeof(*block_hash)), path);
	executed_cut =
		checked(calloc(NR_BLOCKS_MAX, sizeof(*executed_cut)), path);
	billed = checked(calloc(nr_functions, sizeof(*billed)), path);
	is_billed = checked(calloc(nr_functions, sizeof(*is_billed)), path);
	for (int c = 0; c < NR_CLASSES; c++)
		bill[c] = checked(calloc(nr_functions, sizeof(*bill[c])), path);
	if (!api_counters_new(NR_BLOCKS_MAX * sizeof(*executed)))
		fatal("out of memory", path);
}

static void load_symbols(const char *path)
{
	struct function fn = { .addr = 0, .name = "[unknown]" };
	FILE *f = fopen(path, "re");
	bool has_rcu = false;
	size_t room = 0, len = 0;
	char *line = NULL;

	if (!f)
		fatal("cannot read symbols", path);
	add_function(&fn, &room, path);
	while (getline(&line, &len, f) > 0) {
		if (!parse_symbol(line, &fn))
			continue;
		has_rcu |= fn.enters_rcu;
		add_function(&fn, &room, path);
	}
	free(line);
	fclose(f);
	errno = 0;
	if (nr_functions < 2)
		fatal("no kernel functions in", path);
	if (!has_rcu)
		fatal("no RCU callback that frees a VMA, deferred work cannot be told apart: symbols",
		      path);
	qsort(functions, nr_functions, sizeof(*functions), by_address);
	allocate_counters(path);
}

static void on_exit_qemu(void)
{
	if (no_objects && objects.memory.bytes)
		fprintf(out, "no-objects\t%s\n", no_objects);
	/* A reader takes the file for whole only with this line. */
	fprintf(out, "end\t%" PRIu64 "\n", nr_regions);
	if (stacks && fclose(stacks))
		fatal("cannot write", "stacks");
	if (fclose(out))
		fatal("cannot write", "out");
}

static void read_memory(const char *size)
{
	const char *end = size;

	objects.memory.bytes = read_size(&end);
	if (*end || !objects.memory.bytes)
		fatal("no size of memory", size);
	no_objects = "no code of the kernel was executed";
}

static void read_model(const char *geometry)
{
	errno = 0;
	if (!model_parse(&model, geometry))
		fatal("no geometry of caches", geometry);
	has_model = model_new(&model);
	if (!has_model)
		fatal("out of memory", "model");
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info,
			       int argc, char **argv)
{
	const char *symbols = NULL, *path = NULL, *stacks_path = NULL;

	errno = 0; /* QEMU's */
	if (strcmp(info->target_name, "x86_64"))
		fatal("this QEMU is of another target", info->target_name);
#if PLUGIN_API == 2
	/* Accepted as well by a QEMU where the bytes of instructions are copied. */
	if (info->version.cur > 2)
		fatal("built for the interface of QEMU 9.0",
		      "this QEMU is newer");
#endif
	if (!qemu_plugin_hwaddr_phys_addr)
		fatal("this QEMU does not tell physical addresses",
		      "6.0 and later do");
	if (argc == 1 && !strcmp(argv[0], "probe=on")) {
		printf("vmabench-insns: API %d of %d to %d\n", PLUGIN_API,
		       info->version.min, info->version.cur);
		fflush(stdout);
		_exit(0);
	}
	for (int i = 0; i < argc; i++) {
		if (starts_with(argv[i], "symbols="))
			symbols = argv[i] + strlen("symbols=");
		else if (starts_with(argv[i], "out="))
			path = argv[i] + strlen("out=");
		else if (starts_with(argv[i], "memory="))
			read_memory(argv[i] + strlen("memory="));
		else if (starts_with(argv[i], "model="))
			read_model(argv[i] + strlen("model="));
		else if (starts_with(argv[i], "stacks="))
			stacks_path = argv[i] + strlen("stacks=");
		else
			fatal("unknown argument", argv[i]);
	}
	if (!symbols || !path || !info->system_emulation ||
	    info->system.smp_vcpus != 1)
		fatal("usage",
		      "symbols=FILE,out=FILE, system emulation of one CPU only");

	load_symbols(symbols);
	out = fopen(path, "we");
	if (!out)
		fatal("cannot write", path);
	if (stacks_path) {
		stacks = fopen(stacks_path, "we");
		nodes = calloc(1, sizeof(*nodes));
		if (!stacks || !nodes)
			fatal("cannot write", stacks_path);
		stacks_clear();
	}

	api_begin(id);
	follows = api_follow(id, on_discontinuity);
	return 0;
}
